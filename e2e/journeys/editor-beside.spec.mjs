// What stands beside the text: the live preview, the history, pictures on their way, and rich text that is pasted.
import assert from "node:assert/strict";
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import test from "node:test";
import { assertQuiet, claim, open, schemes, startBrowser, write } from "../support/browser.mjs";
import { root, soon, startSite, vaults } from "../support/site.mjs";

const require = createRequire(import.meta.url);
const axe = await readFile(require.resolve("axe-core/axe.min.js"), "utf8");
const corpus = JSON.parse(await readFile(path.join(root, "e2e/corpus/xss.json"), "utf8"));
const pictures = path.join(root, "e2e/out/beside");
await mkdir(pictures, { recursive: true });

/** A picture of one pixel. */
const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/** Opens a note's form and waits until its script has taken it over. */
async function edit(page, address) {
  await open(page, address);
  await page.locator("form.editor[data-awake]").waitFor({ timeout: 30_000 });
}

const words = (page) => page.locator(".editor-preview-text");
const body = (page) => page.locator('textarea[name="body"]');
const tool = (page, name) => page.locator("#editor-tools").getByRole("button", { name, exact: true });

/** Chromium's own paste needs a clipboard that a headless one has not; the page cannot tell this event from it. */
function paste(page, { html, plain = "", files = [] }) {
  return body(page).evaluate((field, { html, plain, files }) => {
    const data = new DataTransfer();
    if (html) data.setData("text/html", html);
    if (plain) data.setData("text/plain", plain);
    for (const { name, type, base64 } of files) {
      data.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name, { type }));
    }
    field.focus();
    return field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  }, { html, plain, files });
}

/** No accessibility fault in this state, in both schemes; a picture of each at both widths. */
async function look(page, name) {
  for (const scheme of schemes) {
    await page.emulateMedia({ colorScheme: scheme });
    for (const width of [390, 1280]) {
      await page.setViewportSize({ width, height: 900 });
      await page.screenshot({ path: path.join(pictures, `${name}-${width}-${scheme}.png`) });
    }
    await page.evaluate(axe);
    const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
    const faults = found.violations.map((fault) => `${fault.id}: ${fault.nodes.map((node) => node.html).join("\n  ")}`);
    assert.deepEqual(faults, [], `${name}, ${scheme}`);
  }
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize({ width: 320, height: 900 });
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(over <= 0, `${name} is ${over} px too wide for 320 px`);
  await page.setViewportSize({ width: 1280, height: 900 });
}

test("beside the text", async (t) => {
  const site = await startSite(t, { vault: vaults.manual });
  const browser = await startBrowser(t);
  const session = await claim(browser, site);
  const desk = (options) => browser.page(site, { session, javaScript: "on", ...options });

  await t.test("the preview follows what is typed, by one key, and the text keeps the focus", async () => {
    const page = await desk();
    const note = await write(page, { title: "Followed", body: "One.", action: "save" });
    await edit(page, note);
    await body(page).click();
    await page.keyboard.press("Control+e");
    await words(page).getByText("One.").waitFor();
    await page.keyboard.press("Control+End");
    await page.keyboard.type("\n\nTwo *three*.");
    await words(page).locator("em", { hasText: "three" }).waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.id), "body");
    assert.equal(await tool(page, "Preview").getAttribute("aria-pressed"), "true");
    const region = page.getByRole("region", { name: "Preview" });
    assert.equal(await region.getAttribute("aria-live"), null, "it is not announced at each key");
    // What did not change stays the same element: nothing flickers.
    await words(page).evaluate((words) => (words.firstElementChild.dataset.same = "yes"));
    await page.keyboard.type(" Four.");
    await words(page).getByText("Four.").waitFor();
    assert.equal(await words(page).locator("[data-same]").count(), 1);
    await look(page, "preview");
    await page.keyboard.press("Control+e");
    await region.waitFor({ state: "hidden" });
    assertQuiet(page);
  });

  await t.test("on a narrow screen it takes the place of the text, and Escape brings that back", async () => {
    const page = await desk({ width: 390 });
    await edit(page, await write(page, { title: "Narrow", body: "# A heading\n\nWords.", action: "save" }));
    await tool(page, "Preview").click();
    await words(page).getByText("Words.").waitFor();
    assert.equal(await body(page).isVisible(), false);
    await page.keyboard.press("Escape");
    await body(page).waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.id), "body");
    assertQuiet(page);
  });

  await t.test("it is the page: for each note of the manual the same HTML", async () => {
    const page = await desk();
    // Frames of embedded files have no storage.
    await page.addInitScript(() => window === top && localStorage.setItem("editor-preview", "open"));
    await open(page, "/desk/notes");
    const notes = await page.locator('main a[href^="/desk/notes/"]').evaluateAll((links) => links.map((a) => a.pathname));
    const ids = [...new Set(notes.filter((address) => /[0-9a-f-]{36}$/.test(address)))];
    assert.ok(ids.length > 10, `${ids.length} notes`);
    for (const address of ids) {
      await edit(page, address);
      await soon(async () => {
        const [here, there] = await page.evaluate(async (address) => {
          const answer = await (await fetch(`${address}/preview`)).text();
          const whole = new DOMParser().parseFromString(answer, "text/html");
          const tidy = (element) => element.innerHTML.replace(/>\s+</g, "><").trim();
          return [tidy(document.querySelector(".editor-preview-text")), tidy(whole.querySelector(".note-text"))];
        }, address);
        assert.equal(here, there, address);
      });
    }
    assertQuiet(page);
  });

  await t.test("both scroll in step", async () => {
    const page = await desk();
    const part = (n) => `## Part ${n}\n\n${"Some words of it. ".repeat(n % 3 ? 30 : 5)}\n\n${n % 4 ? "" : "- a\n- b\n- c\n\n"}`;
    const text = Array.from({ length: 60 }, (_, n) => part(n)).join("");
    await edit(page, await write(page, { title: "Long", body: text, action: "save" }));
    await body(page).click({ position: { x: 20, y: 20 } });
    await page.keyboard.press("Control+e");
    await words(page).getByText("Part 59").waitFor();
    for (const place of [0.25, 0.5, 0.75]) {
      await page.mouse.move(200, 500);
      await page.mouse.wheel(0, 1);
      await page.evaluate((place) => scrollTo(0, place * (document.documentElement.scrollHeight - innerHeight)), place);
      await soon(async () => {
        const seen = await page.evaluate(() => {
          const field = document.querySelector("textarea");
          const pane = document.querySelector(".editor-preview").getBoundingClientRect();
          const copy = document.querySelectorAll(".editor-preview-text h2");
          const top = [...copy].findIndex((h) => h.getBoundingClientRect().top > pane.top + pane.height / 2);
          // The line in the middle of the window, by the same wrapping.
          const middle = innerHeight / 2 - field.getBoundingClientRect().top;
          return { shown: top, text: middle / field.offsetHeight };
        });
        assert.ok(Math.abs(seen.shown / 60 - seen.text) < 0.08, JSON.stringify({ place, ...seen }));
      });
    }
    await page.mouse.move(1000, 500);
    await page.mouse.wheel(0, -100_000);
    await soon(async () => assert.ok((await page.evaluate(() => scrollY)) < 400, "the preview leads, too"));
    assertQuiet(page);
  });

  for (const policy of ["kept", "switched off"]) {
    await t.test(`no payload of the corpus runs in the preview, the policy ${policy}`, async () => {
      const page = await desk({ policy });
      await page.addInitScript(() => (window.pwn = () => console.error("a payload ran")));
      await edit(page, "/desk/notes/new");
      await tool(page, "Preview").click();
      const failures = [];
      for (const [at, { name, source }] of corpus.entries()) {
        await body(page).fill(`Marker ${at}.\n\n${source}\n\nAfter.`);
        await words(page).getByText(`Marker ${at}.`).first().waitFor();
        const found = await words(page).evaluate((words) => {
          const found = [];
          for (const element of words.querySelectorAll("*")) {
            const tag = element.localName.toLowerCase();
            if (["script", "iframe", "object", "embed", "base", "link", "meta", "style", "template", "form", "button"].includes(tag)) found.push(tag);
            for (const { name, value } of element.attributes) {
              if (name.startsWith("on") || name === "srcdoc" || name === "style") found.push(`${tag} ${name}`);
              const scheme = value.replace(/[\u0000-\u0020\u00a0\u2028\u2029]/g, "").toLowerCase();
              if (["href", "src", "action"].includes(name) && /^(javascript|vbscript|data|blob|file):/.test(scheme)) found.push(`${tag} ${name}`);
            }
            for (const kind of ["mouseover", "focus", "error", "load", "toggle"]) element.dispatchEvent(new Event(kind));
          }
          return found;
        });
        const ran = page.trouble.filter((line) => /a payload ran|dialog|script error/.test(line));
        page.trouble.length = 0;
        if (found.length || ran.length) failures.push({ name, found, ran });
      }
      assert.deepEqual(failures, []);
    });
  }

  await t.test("a version is named, compared, put back and taken back", async () => {
    const page = await desk();
    const note = await write(page, { title: "Versions", body: "The quick fox.\n\nA line.\n", action: "publish" });
    await open(page, note);
    await body(page).fill("The slow fox.\n\nA line.\n\nAnother.\n");
    await page.locator('button[value="publish"]').click();
    await soon(async () => {
      const answer = await page.request.get(`/api/fn/notes/history?id=${note.split("/").pop()}`);
      assert.ok((await answer.json()).items.length >= 2);
    });
    await edit(page, note);
    await tool(page, "History").click();
    const panel = page.getByRole("region", { name: "History" });
    const lines = panel.locator(".editor-version-line");
    await lines.nth(1).waitFor();
    await lines.first().focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowUp");
    await panel.getByRole("heading", { name: "Versions" }).waitFor();
    await panel.locator("del", { hasText: "quick" }).waitFor();
    await panel.locator("ins", { hasText: "slow" }).waitFor();
    await look(page, "history");
    await panel.getByRole("button", { name: "Side by side" }).click();
    await panel.locator("td ins", { hasText: "slow" }).waitFor();
    await look(page, "history-beside");
    await lines.last().click();
    await panel.locator("li:last-child > [aria-current]").waitFor();
    await panel.getByLabel("Name").fill("The first");
    await page.keyboard.press("Enter");
    await lines.last().getByText("The first").waitFor();
    await panel.getByRole("button", { name: "Put this back" }).click();
    await soon(async () => assert.equal(await body(page).inputValue(), "The quick fox.\n\nA line.\n"));
    await panel.getByRole("button", { name: "Undo" }).click();
    await soon(async () => assert.equal(await body(page).inputValue(), "The slow fox.\n\nA line.\n\nAnother.\n"));
    await page.keyboard.press("Escape");
    await panel.waitFor({ state: "hidden" });
    assertQuiet(page);
  });

  await t.test("a picture is pasted while the site cannot be reached, and sent after a reload", async () => {
    const page = await desk();
    const note = await write(page, { title: "Pictures", body: "Before.", action: "save" });
    await edit(page, note);
    await page.route("**/api/fn/**", (route) => route.abort());
    await body(page).click();
    await page.keyboard.press("Control+End");
    assert.equal(await paste(page, { files: [{ name: "sea.png", type: "image/png", base64: pixel }] }), false);
    assert.match(await body(page).inputValue(), /^Before\.!\[\]\(sending:[0-9a-f-]{36}\)$/);
    const list = page.getByRole("region", { name: "Files on their way" });
    await list.getByText("sea.png").waitFor();
    await list.getByText("the site cannot be reached").waitFor();
    await look(page, "files");
    await page.waitForTimeout(500);
    await page.reload();
    await page.locator("form.editor[data-awake]").waitFor();
    await soon(async () => assert.match(await body(page).inputValue(), /sending:/, "the text is on the device"));
    await list.getByText("sea.png").waitFor();
    await page.unroute("**/api/fn/**");
    await page.evaluate(() => dispatchEvent(new Event("online")));
    await soon(async () => assert.equal(await body(page).inputValue(), "Before.![](sea.png)"));
    await list.getByLabel("What does it show?").fill("The sea [at night]");
    await page.keyboard.press("Enter");
    assert.equal(await body(page).inputValue(), "Before.![The sea \\[at night\\]](sea.png)");
    await list.waitFor({ state: "hidden" });
    await body(page).focus();
    await page.keyboard.press("Control+z");
    assert.equal(await body(page).inputValue(), "Before.![](sea.png)", "undo works");
    const trouble = page.trouble.filter((line) => !/ERR_FAILED/.test(line));
    assert.deepEqual(trouble, []);
  });

  await t.test("three files are dropped; one that is too large leaves the text as it was", async () => {
    const page = await desk();
    await edit(page, await write(page, { title: "Dropped", body: "", action: "save" }));
    await body(page).evaluate((field, base64) => {
      const data = new DataTransfer();
      const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
      data.items.add(new File([bytes], "one.png", { type: "image/png" }));
      data.items.add(new File(["two"], "two words.txt", { type: "text/plain" }));
      data.items.add(new File([bytes, "3"], "three.png", { type: "image/png" }));
      data.items.add(new File([new Uint8Array(51 * 1024 * 1024)], "huge.bin"));
      field.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
    }, pixel);
    await soon(async () =>
      assert.equal(await body(page).inputValue(), "![](one.png)\n\n[two words.txt](<two words.txt>)\n\n![](three.png)"));
    await page.getByText("“huge.bin” is too large").first().waitFor();
    assertQuiet(page);
  });

  await t.test("a file that is dropped into the text stands where it was let go", async () => {
    const page = await desk();
    await edit(page, await write(page, { title: "Dropped there", body: "one\n\ntwo 漢字\n\nthree", action: "save" }));
    await body(page).evaluate((field, base64) => {
      field.setSelectionRange(0, 0);
      const data = new DataTransfer();
      data.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], "there.png", { type: "image/png" }));
      const { right, top } = field.getBoundingClientRect();
      const { lineHeight, paddingTop } = getComputedStyle(field);
      // Behind the end of the third line.
      const at = { clientX: right - 5, clientY: top + parseFloat(paddingTop) + 2.5 * parseFloat(lineHeight) };
      field.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true, ...at }));
    }, pixel);
    await soon(async () => assert.equal(await body(page).inputValue(), "one\n\ntwo 漢字![](there.png)\n\nthree"));
    assert.equal(await page.locator(".editor-mirror-point").count(), 0);
    assertQuiet(page);
  });

  await t.test("rich text becomes Markdown in one step; nothing of it runs", async () => {
    const page = await desk();
    await page.addInitScript(() => (window.pwn = () => console.error("a payload ran")));
    await edit(page, "/desk/notes/new");
    await body(page).fill("Start.\n\n");
    const html = `<meta charset="utf-8"><h2>Tea</h2><p>A <b>bold</b> <a href="https://example.org/tea">link</a>
      <a href="javascript:pwn()">not</a><img src="x" onerror="pwn()"></p>
      <ul><li>one<ul><li>two</li></ul></li></ul><script>pwn()</script>
      <table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>`;
    assert.equal(await paste(page, { html, plain: "Tea" }), false);
    const wanted = "Start.\n\n## Tea\n\nA **bold** [link](https://example.org/tea) not\n\n- one\n  - two\n\n| a | b |\n| --- | --- |\n| 1 | 2 |";
    assert.equal(await body(page).inputValue(), wanted);
    await page.keyboard.press("Control+z");
    assert.equal(await body(page).inputValue(), "Start.\n\n");
    // Words alone, and what was copied from an editor of code, are left to the browser.
    assert.equal(await paste(page, { html: "<p>Only <span>words</span></p>", plain: "Only words" }), true);
    for (const { source } of corpus.slice(0, 200)) await paste(page, { html: `<b>x</b>${source}`, plain: "x" });
    await page.waitForTimeout(100);
    assert.deepEqual(page.trouble.filter((line) => /payload|dialog/.test(line)), []);
  });
});
