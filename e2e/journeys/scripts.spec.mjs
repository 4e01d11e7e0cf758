// Nothing that a note contains runs: every payload of the corpus, published and opened in Chromium, once as visitors
// see it and once with the page's policy switched off, so that the cleaning alone must hold.
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import test from "node:test";
import { claim, fill, open, startBrowser, submit, write } from "../support/browser.mjs";
import { root, startSite } from "../support/site.mjs";

const corpus = JSON.parse(await readFile(path.join(root, "e2e/corpus/xss.json"), "utf8")).map(({ name, source }, index) => ({
  slug: `payload-${String(index).padStart(3, "0")}`,
  name,
  source,
}));

/** What every payload calls. Wherever it runs, a frame included, the console says so. */
function trap() {
  window.pwn = () => console.error("a payload ran");
}

/** What stands in a note that could run, looked at by the browser's own parser. */
function runnable() {
  const forbidden = ["script", "iframe", "frame", "object", "embed", "base", "link", "meta", "style", "template",
    "foreignobject", "portal", "form", "button", "select", "textarea", "animate", "set", "leptos-island"];
  const found = [];
  for (const element of document.querySelectorAll(".note-text *")) {
    const tag = element.localName.toLowerCase();
    // The visitors' script puts a button on code that copies it.
    const copy = tag === "button" && element.parentElement.className === "code" && element.textContent === "Copy";
    if (forbidden.includes(tag) && !copy) found.push(tag);
    for (const { name, value } of element.attributes) {
      if (name.startsWith("on") || name === "srcdoc" || name === "style") found.push(`${tag} ${name}`);
      const address = ["href", "src", "action", "formaction", "xlink:href", "data", "poster", "background"].includes(name);
      const scheme = value.replace(/[\u0000-\u0020\u00a0\u2028\u2029]/g, "").toLowerCase();
      if (address && /^(javascript|vbscript|livescript|data|blob|file):/.test(scheme)) found.push(`${tag} ${name}=${value}`);
    }
  }
  // What waits for the reader: hovered, focused, opened, ended.
  for (const element of document.querySelectorAll("main, main *")) {
    for (const kind of ["mouseover", "pointerenter", "focus", "error", "load", "toggle", "animationstart", "begin"]) {
      element.dispatchEvent(new Event(kind));
    }
  }
  return new Promise((resolve) => requestAnimationFrame(() => setTimeout(() => resolve(found))));
}

/** Script errors and calls of the trap; a picture that is not let in from elsewhere is no script. */
const ran = (page) => page.trouble.filter((line) => /^(console: a payload ran|dialog|script error)/.test(line));

test("no payload runs", async (t) => {
  assert.ok(corpus.length >= 150, `${corpus.length} payloads`);
  assert.ok(corpus.every(({ source }) => typeof source === "string"));
  const vault = await mkdtemp(path.join(tmpdir(), "commonplace-corpus-"));
  t.after(() => rm(vault, { recursive: true, force: true }));
  await Promise.all(corpus.map(({ slug, source }) => writeFile(path.join(vault, `${slug}.md`), `${source}\n\nAfter.\n`)));
  const site = await startSite(t, { vault });
  const browser = await startBrowser(t);

  // Some payloads are front matter, which gives the note another address.
  const archive = await (await fetch(`${site.origin}/archive`)).text();
  const addresses = [...new Set([...archive.matchAll(/href="(\/notes\/[^"]+)"/g)].map((found) => found[1]))];
  assert.ok(addresses.length >= corpus.length, `${addresses.length} notes of ${corpus.length} payloads`);

  for (const policy of ["kept", "switched off"]) {
    await t.test(`in the text of a note, the policy ${policy}`, async () => {
      const page = await browser.page(site, { javaScript: "on", policy });
      await page.addInitScript(trap);
      const failures = [];
      for (const address of addresses) {
        page.trouble.length = 0;
        await open(page, address);
        const found = await page.evaluate(runnable);
        const blocked = policy === "kept" ? page.trouble.filter((line) => line.includes("Content Security Policy")) : [];
        const went = page.url() === site.origin + address ? [] : [page.url()];
        const wrong = [...found, ...ran(page), ...blocked, ...went];
        if (wrong.length) failures.push({ address, ...corpus.find(({ slug }) => address.endsWith(slug)), wrong });
      }
      assert.deepEqual(failures, []);
    });
  }

  await t.test("in titles, tags, slugs and everything that quotes them", async () => {
    const session = await claim(browser, site);
    const desk = await browser.page(site, { session });
    const short = corpus.filter(({ source }) => !/\p{Cc}/u.test(source) && source.length < 150).slice(0, 40);
    const desks = [];
    for (const { slug, source } of short) {
      const tags = source.replaceAll(",", " ").slice(0, 40);
      desks.push(await write(desk, { title: source, body: `[[${source}]] ${source}`, slug: `title-${slug}`, tags }));
    }
    await open(desk, "/desk/settings");
    await fill(desk, "title", "<script>pwn()</script>");
    await fill(desk, "description", "\"><img src=x onerror=pwn()>");
    assert.equal(await submit(desk, desk.locator('form:has([name="description"]) button').first()), 200);
    const page = await browser.page(site, { javaScript: "on", session, policy: "switched off" });
    await page.addInitScript(trap);
    const script = encodeURIComponent("<script>pwn()</script>");
    const kinds = ["/", "/notes", "/archive", "/tags", "/search?q=pwn", `/search?q=${script}`, `/notes/${script}`, `/tags/${script}`,
      "/desk", "/desk/notes", "/desk/unresolved", "/desk/settings", ...desks,
      ...desks.map((address) => `${address}/history`), ...short.map(({ slug }) => `/notes/title-${slug}`)];
    const failures = [];
    for (const address of kinds) {
      page.trouble.length = 0;
      await page.goto(address);
      await page.evaluate(runnable);
      if (ran(page).length) failures.push({ address, ran: ran(page) });
    }
    assert.deepEqual(failures, []);
  });
});
