// Nothing that a note contains runs: every payload of the corpus, published and opened in Chromium, once as visitors
// see it and once with the page's policy switched off, so that the cleaning alone must hold.
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import test from "node:test";
import { claim, fill, open, press, startBrowser, write } from "../support/browser.mjs";
import { root, startSite } from "../support/site.mjs";

const corpus = JSON.parse(await readFile(path.join(root, "e2e/corpus/xss.json"), "utf8")).map((entry, index) => ({
  name: `payload-${String(index).padStart(3, "0")}`,
  text: typeof entry === "string" ? entry : (entry.markdown ?? entry.payload ?? entry.source),
}));

/** What stands in the page that could run, looked at by the browser's own parser. */
function runnable() {
  const found = [];
  const content = document.querySelector("main");
  for (const element of content.querySelectorAll("*")) {
    const tag = element.localName;
    const ours = element.closest("form[action^='/'], leptos-island") && !element.closest(".prose, .e-content, article .content");
    if (["script", "iframe", "object", "base", "link", "meta", "style", "foreignobject"].includes(tag) && !ours) found.push(tag);
    for (const { name, value } of element.attributes) {
      if (name.startsWith("on") || name === "srcdoc") found.push(`${tag} ${name}`);
      const scheme = value.replace(/[\u0000-\u0020\u00a0\u2028\u2029]/g, "").toLowerCase();
      const address = ["href", "src", "action", "formaction", "xlink:href", "data", "poster", "background"].includes(name);
      if (address && /^(javascript|vbscript|data:text|data:image\/svg|livescript):?/.test(scheme)) found.push(`${tag} ${name}=${value}`);
    }
    // What waits for the reader: hovered, focused, ended, toggled.
    for (const kind of ["mouseover", "pointerenter", "focus", "error", "load", "toggle", "animationstart", "begin"]) {
      element.dispatchEvent(new Event(kind, { bubbles: false, cancelable: true }));
    }
  }
  return { found, ran: typeof window.pwned };
}

test("no payload runs", async (t) => {
  assert.ok(corpus.length >= 150, `${corpus.length} payloads`);
  assert.ok(corpus.every(({ text }) => typeof text === "string"));
  const vault = await mkdtemp(path.join(tmpdir(), "commonplace-corpus-"));
  t.after(() => rm(vault, { recursive: true, force: true }));
  await Promise.all(corpus.map(({ name, text }) => writeFile(path.join(vault, `${name}.md`), `${text}\n\nAfter.\n`)));
  const site = await startSite(t, { vault });
  const browser = await startBrowser(t);

  for (const policy of ["kept", "switched off"]) {
    await t.test(`in the text of a note, the policy ${policy}`, async () => {
      const page = await browser.page(site, { javaScript: "on", policy });
      const failures = [];
      for (const { name, text } of corpus) {
        page.trouble.length = 0;
        await open(page, `/notes/${name}`);
        const { found, ran } = await page.evaluate(runnable);
        await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))));
        const late = await page.evaluate(() => typeof window.pwned);
        const trouble = page.trouble.filter((line) => !line.includes("went elsewhere") || policy === "kept");
        if (found.length || ran !== "undefined" || late !== "undefined" || trouble.length) {
          failures.push({ name, text, found, ran, late, trouble });
        }
      }
      assert.deepEqual(failures, []);
    });
  }

  await t.test("in titles, tags, slugs and everything that quotes them", async () => {
    const session = await claim(browser, site);
    const desk = await browser.page(site, { session });
    const short = corpus.filter(({ text }) => !text.includes("\n") && text.length < 150);
    const addresses = [];
    for (const { name, text } of short.slice(0, 40)) {
      addresses.push(await write(desk, { title: text, body: `[[${text}]] ${text}`, slug: `title-${name}`, tags: text.replaceAll(",", " ") }));
    }
    await open(desk, "/desk/settings");
    const [nasty] = short.filter(({ text }) => text.includes("<script"));
    await fill(desk, "title", nasty.text);
    await press(desk, "save");
    const page = await browser.page(site, { javaScript: "on", session, policy: "switched off" });
    const kinds = ["/", "/notes", "/archive", "/tags", "/search?q=script", "/search?q=%3Cscript%3Ewindow.pwned%3D1%3C%2Fscript%3E",
      "/notes/%3Cscript%3Ewindow.pwned=1%3C/script%3E", "/desk", "/desk/trash", "/desk/settings", ...addresses,
      ...addresses.map((address) => `${address}/history`), ...short.slice(0, 40).map(({ name }) => `/notes/title-${name}`)];
    const failures = [];
    for (const address of kinds) {
      page.trouble.length = 0;
      await page.goto(address);
      const { ran } = await page.evaluate(runnable);
      const scripts = page.trouble.filter((line) => !line.includes("went elsewhere"));
      if (ran !== "undefined" || scripts.length) failures.push({ address, ran, scripts });
    }
    assert.deepEqual(failures, []);
  });
});
