// Every kind of page: no accessibility fault, valid HTML, light, and pictures for somebody to look at.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import test from "node:test";
import { promisify } from "node:util";
import { assertQuiet, claim, open, schemes, startBrowser } from "../support/browser.mjs";
import { everyPage } from "../support/pages.mjs";
import { root, startSite, vaults } from "../support/site.mjs";

const require = createRequire(import.meta.url);
const out = path.join(root, "e2e/out");

/** Pictures load when they come near the window; for a photograph of the whole page all of them must be there. */
async function pictured(page) {
  await page.evaluate(async () => {
    const pictures = [...document.images];
    for (const picture of pictures) picture.loading = "eager";
    await Promise.all(pictures.map((picture) => picture.decode().catch(() => {})));
  });
}

/** What axe finds; given to the page by the debugger, so that the page's own policy stays as it is. */
async function faults(page, axe) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  return found.violations.map((fault) => `${fault.id}: ${fault.nodes.map((node) => node.html).join("\n  ")}`);
}

test("every kind of page", async (t) => {
  const site = await startSite(t, { vault: vaults.manual });
  const browser = await startBrowser(t);
  const session = await claim(browser, site);
  const pages = await everyPage(browser, site, session);
  const all = [
    ...pages.public.map((kind) => ({ ...kind, session: undefined })),
    ...pages.desk.map((kind) => ({ ...kind, session })),
  ];
  const show = async (page, kind) => (kind.prepare ? kind.prepare(page) : open(page, kind.address, kind.status ?? 200));
  const pictures = path.join(out, "pictures");
  await rm(pictures, { recursive: true, force: true });
  await mkdir(pictures, { recursive: true });
  const axe = await readFile(require.resolve("axe-core/axe.min.js"), "utf8");

  for (const kind of all) {
    await t.test(`${kind.name}: no accessibility fault, nothing too wide, pictures taken`, async () => {
      const page = await browser.page(site, { session: kind.session, javaScript: "on" });
      await show(page, kind);
      for (const scheme of schemes) {
        await page.emulateMedia({ colorScheme: scheme });
        for (const width of [1280, 390]) {
          await page.setViewportSize({ width, height: 900 });
          await pictured(page);
          await page.screenshot({ path: path.join(pictures, `${kind.name}-${width}-${scheme}.png`), fullPage: true });
        }
        // Narrow in one scheme, wide in the other.
        if (scheme === "dark") await page.setViewportSize({ width: 1280, height: 900 });
        assert.deepEqual(await faults(page, axe), [], `${kind.name}, ${scheme}`);
      }
      await page.emulateMedia({ media: "print", colorScheme: "light" });
      await page.setViewportSize({ width: 700, height: 900 });
      await page.screenshot({ path: path.join(pictures, `${kind.name}-print.png`), fullPage: true });
      await page.emulateMedia({ media: "screen" });
      await page.setViewportSize({ width: 320, height: 900 });
      await page.screenshot({ path: path.join(pictures, `${kind.name}-320.png`), fullPage: true });
      const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(over <= 0, `${kind.name} is ${over} px too wide for 320 px`);
      assertQuiet(page);
      await page.context().close();
    });
  }

  await t.test("the HTML checker finds no error", async () => {
    const folder = path.join(out, "html");
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    const files = [];
    for (const kind of all) {
      const page = await browser.page(site, { session: kind.session });
      const answer = await show(page, kind);
      const file = path.join(folder, `${kind.name}.html`);
      await writeFile(file, answer ? await answer.text() : await page.content());
      files.push(file);
      await page.context().close();
    }
    const jar = require.resolve("vnu-jar/build/dist/vnu.jar");
    const words = ["-jar", jar, "--format", "json", "--stdout", "--exit-zero-always", ...files];
    const { stdout } = await promisify(execFile)("java", words, { maxBuffer: 64 << 20 });
    const faults = JSON.parse(stdout).messages.filter((message) => message.type === "error");
    const lines = faults.map((fault) => `${path.basename(fault.url)}:${fault.lastLine}: ${fault.message} ${fault.extract}`);
    assert.deepEqual(lines, []);
  });
});
