// The figures of the editor for docs/performance.md, as Markdown: bytes, keystroke to paint and to preview, memory after an
// hour of typing, completion among ten thousand notes. `cargo xtask bench --editor` runs it on the optimised binary.
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import test from "node:test";
import { promisify } from "node:util";
import { claim, open, startBrowser, write } from "./support/browser.mjs";
import { openEditor, says } from "./support/editor.mjs";
import { binary, pause, startSite } from "./support/site.mjs";
import { filler } from "./torture/tokens.mjs";
import { Random } from "./torture/random.mjs";

const SLOW = 6;
const KEYS = Number(process.env.EDITOR_KEYS ?? 300);
const HOUR = Number(process.env.EDITOR_HOUR_KEYS ?? 12_000);
const NOTES = Number(process.env.EDITOR_NOTES ?? 10_000);
const rows = [];
const row = (...cells) => {
  rows.push(`| ${cells.join(" | ")} |`);
  console.log(rows.at(-1));
};
const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
const at = (sorted, part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
const times = (list) => {
  const sorted = [...list].sort((one, other) => one - other);
  return [at(sorted, 0.5), at(sorted, 0.99), sorted.at(-1)].map((time) => `${time.toFixed(1)} ms`);
};

/** Five thousand words as people write them: headings, lists, links, code, a table. */
function longNote(random) {
  const parts = [];
  for (let words = 0; words < 5_000; ) {
    const kind = random.weighted({ paragraph: 10, heading: 2, list: 2, code: 1, table: 1 });
    const text = filler(random, random.whole(40, 90));
    words += text.split(" ").length;
    if (kind === "heading") parts.push(`## ${text.slice(0, 40)}\n\n${text}`);
    else if (kind === "list") parts.push(text.split(" ").map((word) => `- ${word} [[${word}]]`).join("\n"));
    else if (kind === "code") parts.push(`\`\`\`rust\nfn main() {\n    println!("${text.slice(0, 50)}");\n}\n\`\`\`\n\n${text}`);
    else if (kind === "table") parts.push(`| one | two |\n| --- | --- |\n| **${text.slice(0, 20)}** | *x* |\n\n${text}`);
    else parts.push(`${text}, *${text.slice(0, 12)}*, [a link](https://example.org/).`);
  }
  return parts.join("\n\n");
}

/** Counts what arrives from now on: address and bytes as sent. */
async function watchBytes(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  const found = new Map();
  session.on("Network.responseReceived", ({ requestId, response }) => found.set(requestId, { path: new URL(response.url).pathname, bytes: 0 }));
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    if (found.has(requestId)) found.get(requestId).bytes = encodedDataLength;
  });
  return () => {
    const list = [...found.values()].filter(({ bytes }) => bytes > 0);
    found.clear();
    return list;
  };
}

async function bytes(page, desk) {
  const out = await mkdtemp(path.join(tmpdir(), "commonplace-assets-"));
  await promisify(execFile)(binary, ["assets", out]);
  const pkg = path.join(out, "pkg");
  const sizes = new Map();
  for (const name of await readdir(pkg)) if (name.endsWith(".br")) sizes.set(name.slice(0, -3), (await stat(path.join(pkg, name))).size);
  await rm(out, { recursive: true });
  const taken = await watchBytes(page);
  await openEditor(page, desk);
  await page.waitForLoadState("networkidle");
  await pause(1_000);
  const first = taken().filter(({ path }) => path.startsWith("/pkg/") || path.startsWith("/desk/notes/"));
  const sum = first.reduce((all, { bytes }) => all + bytes, 0);
  row("the editor's first load, everything", kilobytes(sum), "");
  for (const { path, bytes } of first) row(`of it \`${path.replace(/[0-9a-f-]{36}/, "{id}")}\``, kilobytes(bytes), "");
  const loaded = new Set(first.map(({ path }) => path.split("/").at(-1)));
  for (const [name, size] of [...sizes].sort((one, other) => other[1] - one[1])) {
    if (/\.(wasm|js)$/.test(name) && !loaded.has(name)) row(`later, when asked for: \`${name}\``, kilobytes(size), "brotli, as stored");
  }
}

/** From the key's own time stamp until the frame that shows it was given away. */
function measureKeys() {
  window.figures = { paint: [], shown: [], pending: null };
  const painted = (then) => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = then;
    channel.port2.postMessage(null);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key.length > 1) return;
    const began = event.timeStamp;
    window.figures.pending = { began, length: window.figures.preview?.()?.length };
    painted(() => window.figures.paint.push(performance.now() - began));
  }, true);
  window.figures.watch = (selector) => {
    const seen = new MutationObserver(() => {
      const { pending } = window.figures;
      if (!pending) return;
      window.figures.pending = null;
      painted(() => window.figures.shown.push(performance.now() - pending.began));
    });
    seen.observe(document.querySelector(selector), { childList: true, characterData: true, subtree: true });
  };
}

async function slow(page, rate) {
  const session = await page.context().newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate });
  return session;
}

async function keystrokes(page, desk, preview) {
  await (preview === "none" ? open : openEditor)(page, desk);
  return typed(page, preview === "none" ? null : preview);
}

async function typed(page, preview) {
  await page.evaluate(measureKeys);
  if (preview) {
    const button = page.getByRole("button", { name: /^preview$/i }).first();
    await button.click();
    await page.locator(preview).first().waitFor();
    await pause(1_000);
    await page.evaluate((selector) => window.figures.watch(selector), preview);
  }
  await page.locator("#body").evaluate((field) => {
    const middle = field.value.indexOf("\n\n", field.value.length / 2);
    field.focus();
    field.setSelectionRange(middle, middle);
  });
  const session = await slow(page, SLOW);
  const random = new Random(5);
  const letters = "etaoin shrdlu ";
  for (let key = 0; key < KEYS; key += 1) {
    await page.keyboard.press(letters[random.whole(0, letters.length - 1)]);
    await pause(preview ? 180 : 60);
  }
  await pause(2_000);
  const figures = await page.evaluate(() => ({ paint: window.figures.paint, shown: window.figures.shown }));
  await session.send("Emulation.setCPUThrottlingRate", { rate: 1 });
  return figures;
}

/** Of the page's own process, in bytes, after everything unreachable was thrown away. */
async function memory(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  await session.send("Performance.enable");
  const { metrics } = await session.send("Performance.getMetrics");
  const heap = metrics.find(({ name }) => name === "JSHeapUsedSize").value;
  const browser = await page.context().browser().newBrowserCDPSession();
  const { processInfo } = await browser.send("SystemInfo.getProcessInfo");
  let largest = 0;
  for (const { type, id } of processInfo.filter(({ type }) => type === "renderer")) {
    const roll = await readFile(`/proc/${id}/smaps_rollup`, "utf8").catch(() => "");
    largest = Math.max(largest, Number(roll.match(/^Pss:\s+(\d+)/m)?.[1] ?? 0) * 1024);
    void type;
  }
  return { heap, process: largest };
}

async function hour(page, desk) {
  await openEditor(page, desk);
  await says(page, /./);
  await pause(2_000);
  const before = await memory(page);
  await page.locator("#body").focus();
  await page.keyboard.press("Control+End");
  const random = new Random(6);
  for (let typed = 0; typed < HOUR; ) {
    const words = `${filler(random, 12)}${random.chance(0.1) ? "\n\n" : " "}`;
    await page.keyboard.type(words);
    typed += words.length;
    if (random.chance(0.2)) await page.keyboard.press("Backspace");
    // A pause now and then, so that saves go out as they would.
    if (random.chance(0.06)) await pause(2_200);
  }
  await says(page, /^saved/, 30_000);
  const after = await memory(page);
  const mega = (bytes) => `${(bytes / 1_048_576).toFixed(1)} MB`;
  row(`JavaScript heap before and after ${HOUR.toLocaleString("en")} keystrokes`, mega(before.heap), mega(after.heap), "");
  row("the page's process (PSS), the same", mega(before.process), mega(after.process), "");
}

async function completion(t, browser) {
  const vault = await mkdtemp(path.join(tmpdir(), "commonplace-vault-"));
  const random = new Random(7);
  await mkdir(vault, { recursive: true });
  for (let count = 0; count < NOTES; count += 1) {
    await writeFile(path.join(vault, `${filler(random, 3).replaceAll("/", " ")} ${count}.md`), `# ${filler(random, 4)}\n\n${filler(random, 30)}\n`);
  }
  const site = await startSite(t, { vault });
  await rm(vault, { recursive: true });
  const session = await claim(browser, site);
  const page = await patient(browser, site, { session, javaScript: "on" });
  const desk = await write(await patient(browser, site, { session }), { title: "Completing", body: "Begin.", action: "save", visibility: "private" });
  for (const rate of [1, SLOW]) {
    await openEditor(page, desk);
    await page.locator("#body").focus();
    await page.keyboard.press("Control+End");
    await page.keyboard.type(" [[");
    const list = '[role="listbox"]';
    await page.locator(`${list} [role="option"]`).first().waitFor({ timeout: 30_000 });
    await page.evaluate(measureKeys);
    await page.evaluate((selector) => window.figures.watch(selector), list);
    const throttled = await slow(page, rate);
    for (const word of ["meadow", "garden", "apple bri", "zephyr", "quarry ri", "lantern", "umber", "willow 12", "Straße", "hollow"]) {
      for (const letter of word) {
        await page.keyboard.press(letter === "ß" ? "s" : letter);
        await pause(120);
      }
      for (const letter of word) {
        void letter;
        await page.keyboard.press("Backspace");
        await pause(30);
      }
    }
    const { shown } = await page.evaluate(() => window.figures);
    row(`\`[[\` among ${NOTES.toLocaleString("en")} notes, key to list on the screen, processor ${rate === 1 ? "as it is" : `${rate} × slower`}`, ...times(shown));
    await throttled.send("Emulation.setCPUThrottlingRate", { rate: 1 });
    await open(page, "/desk");
  }
}

/** A page on a machine that may be busy with other things for a minute. */
async function patient(browser, site, options) {
  const page = await browser.page(site, options);
  page.setDefaultTimeout(120_000);
  page.setDefaultNavigationTimeout(120_000);
  return page;
}

test("the editor in figures", { timeout: 1_800_000 }, async (t) => {
  const only = process.env.EDITOR_ONLY?.split(",");
  const wanted = (name) => !only || only.includes(name);
  const site = await startSite(t);
  const browser = await startBrowser(t);
  const session = await claim(browser, site);
  const page = await patient(browser, site, { session, javaScript: "on" });
  const desk = await write(await patient(browser, site, { session }), { title: "Five thousand words", body: longNote(new Random(3)), action: "save", visibility: "private" });
  await open(page, "/desk");
  if (wanted("bytes")) {
    row("what", "bytes", "");
    const fresh = await patient(browser, site, { session, javaScript: "on" });
    await bytes(fresh, desk);
    await fresh.context().close();
  }
  if (wanted("keys")) {
    row("what, in a note of 5,000 words, processor 6 × slower", "p50", "p99", "worst");
    // What the browser itself takes for its text area, on the machine as it is just now: the page without its editor.
    const bare = await patient(browser, site, { session, javaScript: "on" });
    await bare.addInitScript(() => (WebAssembly.instantiate = WebAssembly.instantiateStreaming = () => new Promise(() => {})));
    row("keystroke to paint, the form alone, before", ...times((await keystrokes(bare, desk, "none")).paint));
    row("keystroke to paint", ...times((await keystrokes(page, desk)).paint));
    row("keystroke to paint, the form alone, after", ...times((await keystrokes(bare, desk, "none")).paint));
    await bare.context().close();
    const { paint, shown } = await keystrokes(page, desk, process.env.EDITOR_PREVIEW ?? ".editor-preview");
    row("keystroke to paint, preview beside", ...times(paint));
    row("keystroke to preview", ...times(shown));
  }
  if (wanted("memory")) {
    row("memory", "before", "after", "");
    await hour(page, desk);
  }
  if (wanted("names")) await completion(t, browser);
  console.log(`\n${rows.join("\n")}`);
});
