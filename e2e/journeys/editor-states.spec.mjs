// Every state of the editor, in both schemes and three widths: axe finds nothing, nothing is too wide, and pictures are taken.
import assert from "node:assert/strict";
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import test from "node:test";
import { assertQuiet, claim, schemes, startBrowser } from "../support/browser.mjs";
import { root, startSite } from "../support/site.mjs";
import { editor, put } from "../support/typing.mjs";

const pictures = path.join(root, "e2e/out/pictures");

const sample = `The first hellebore opened in the second week of January, under snow that nobody had swept.

## What was seen

- *Helleborus niger*, white, then rose
- the ==green one== by the wall
  - [x] to be divided in the autumn
- [ ] to ask [[Winter garden]] about

> The snow keeps the garden warm; the gardener keeps nothing.

| When | 花 | How many |
| ---- | -- | -------: |
| 9 January | 白 | 3 |
`;

test("the editor in every state", async (t) => {
  const site = await startSite(t);
  const browser = await startBrowser(t);
  const session = await claim(browser, site);
  await mkdir(pictures, { recursive: true });
  const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  const states = {
    text: async () => {},
    notes: async (page) => page.keyboard.type("\n\nSee [[w"),
    menu: async (page) => page.keyboard.type("\n\n/"),
    palette: async (page) => page.keyboard.press("Control+k"),
    found: async (page) => {
      await page.keyboard.press("Control+Shift+f");
      await page.keyboard.type("the");
    },
    focus: async (page) => page.getByRole("button", { name: "Focus" }).click(),
  };
  for (const scheme of schemes) {
    for (const width of [1280, 390, 320]) {
      await t.test(`${scheme}, ${width} px`, async () => {
        const page = await editor(browser, site, { session, scheme, width, height: width === 320 ? 256 : 844 });
        for (const [name, reach] of Object.entries(states)) {
          await page.locator("#title").fill("Hellebores in the snow");
          await put(page, `${sample}¦`);
          await page.locator("#body").focus();
          await reach(page);
          await page.waitForTimeout(150);
          await page.evaluate(axe);
          const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
          const faults = found.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`);
          assert.deepEqual(faults, [], `${name}, ${scheme}, ${width}`);
          const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
          assert.ok(wide <= 0, `${name} at ${width} px scrolls sideways by ${wide}`);
          await page.screenshot({ path: path.join(pictures, `editor-${name}-${width}-${scheme}.png`) });
          await page.keyboard.press("Escape");
          if (name === "focus") await states.focus(page);
        }
        assertQuiet(page);
      });
    }
  }
});
