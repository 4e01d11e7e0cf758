// The whole of writing without a mouse, and every state of the editor for those who cannot see it.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import test from "node:test";
import { assertQuiet, claim, fill, open, press, schemes, startBrowser, write } from "../support/browser.mjs";
import { caretAfter, openEditor, saved, says, startFarSite, started, stored, text, type } from "../support/editor.mjs";
import { pause, soon } from "../support/site.mjs";

const require = createRequire(import.meta.url);

/** What has the focus, as a screen reader would name it. */
function focused(page) {
  return page.evaluate(() => {
    const element = document.activeElement;
    const label = element.labels?.[0]?.textContent ?? element.getAttribute("aria-label") ?? element.textContent;
    return `${element.localName} ${element.getAttribute("name") ?? ""} ${label}`.replace(/\s+/g, " ").trim();
  });
}

/** Presses Tab until what has the focus fits; fails where it never does. */
async function tabTo(page, wanted, key = "Tab") {
  const seen = [];
  for (let presses = 0; presses < 80; presses += 1) {
    const now = await focused(page);
    if (wanted.test(now)) return;
    seen.push(now.slice(0, 40));
    // In the text Tab may indent; Escape first lets it go on.
    if (/^textarea/.test(now)) await page.keyboard.press("Escape");
    await page.keyboard.press(key);
  }
  assert.fail(`${wanted} is not reached: ${seen.join(" → ")}`);
}

test("by keyboard alone", async (t) => {
  const site = await startFarSite(t);
  const browser = await startBrowser(t);
  const session = await claim(browser, site);
  const axe = await readFile(require.resolve("axe-core/axe.min.js"), "utf8");

  await t.test("a note from the desk to its readers and back", async () => {
    const page = await browser.page(site, { session, javaScript: "on" });
    await open(page, "/desk");
    await tabTo(page, /^a .*(new note|write a note|new$)/i);
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/desk\/notes\/new/);
    await started(page);
    await tabTo(page, /name|title|Title/);
    await page.keyboard.type("By keyboard");
    await tabTo(page, /^textarea body/);
    await page.keyboard.type("- one");
    await page.keyboard.press("Enter");
    await page.keyboard.type("two");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Enter");
    await page.keyboard.type("Some ");
    await page.keyboard.press("Control+b");
    await page.keyboard.type("strong");
    await page.keyboard.press("Control+b");
    await page.keyboard.type(" words.");
    assert.equal(await text(page), "- one\n- two\n\nSome **strong** words.");
    await page.keyboard.press("Control+z");
    await page.keyboard.press("Control+Shift+z");
    assert.equal(await text(page), "- one\n- two\n\nSome **strong** words.", "undo and redo are the browser's");
    await page.keyboard.press("Control+s");
    await says(page, saved, 15_000);
    const id = page.url().match(/[0-9a-f-]{36}/)[0];
    await tabTo(page, /^summary .*properties/i);
    if (!(await page.locator("details:has([name=tags])[open]").count())) await page.keyboard.press("Enter");
    await tabTo(page, /^input tags/);
    await page.keyboard.type("keys, board");
    await tabTo(page, /^(select|input) visibility/);
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Control+s");
    await soon(async () => assert.deepEqual((await stored(site, session, id)).tags, ["keys", "board"]));
    assert.equal((await stored(site, session, id)).visibility, "public");
    await tabTo(page, /^button action Publish/, "Shift+Tab");
    await page.keyboard.press("Enter");
    await says(page, /^published/, 15_000);
    const { slug, body } = await stored(site, session, id);
    assert.equal(body, "- one\n- two\n\nSome **strong** words.");
    assert.match(await (await fetch(`${site.origin}/notes/${slug}`)).text(), /<strong>strong<\/strong>/);
    assertQuiet(page);
    await page.context().close();
  });

  await t.test("the palette lists every command, is searched, and gives the focus back", async () => {
    const page = await browser.page(site, { session, javaScript: "on" });
    await openEditor(page, await write(page, { title: "Palette", body: "Words.", action: "save" }));
    await type(page, " More.");
    await page.keyboard.press(palette);
    const dialog = page.getByRole("dialog");
    await dialog.waitFor();
    assert.ok((await dialog.getByRole("option").count()) > 15, "it lists them");
    await page.keyboard.type("publish");
    assert.match(await dialog.getByRole("option").first().innerText(), /publish/i);
    await page.keyboard.press("Escape");
    await soon(async () => assert.equal(await dialog.isVisible(), false));
    assert.match(await focused(page), /^textarea/);
    await page.keyboard.type(" Still here.");
    assert.equal(await text(page), "Words. More. Still here.");
    await page.context().close();
  });

  const states = {
    new: async (page) => {
      await openEditor(page, "/desk/notes/new");
    },
    typing: async (page, desk) => {
      await openEditor(page, desk);
      await type(page, " Typing.");
    },
    saved: async (page, desk) => {
      await openEditor(page, desk);
      await type(page, " Saved.");
      await says(page, saved, 15_000);
    },
    offline: async (page, desk) => {
      await openEditor(page, desk);
      await site.network.down();
      await type(page, " Offline.");
      await says(page, /offline/, 15_000);
    },
    "sign in": async (page, desk) => {
      await openEditor(page, desk);
      await page.context().clearCookies();
      await type(page, " Signed out.");
      await says(page, /sign in/, 15_000);
    },
    refused: async (page, desk) => {
      await openEditor(page, desk);
      await page.locator("#body").focus();
      await page.evaluate(() => document.execCommand("insertText", false, "long ".repeat(60_000)));
      await says(page, /refused/, 20_000);
    },
    conflict: async (page, desk) => {
      await openEditor(page, desk);
      await site.network.down();
      await caretAfter(page, "It begins");
      await page.keyboard.type(" here");
      await says(page, /on this device/, 15_000);
      const other = await browser.page({ ...site, origin: site.near }, { session });
      await other.goto(site.near + desk);
      await fill(other, "body", "It begins elsewhere.");
      assert.equal(await press(other, "save"), 200);
      await other.context().close();
      await site.network.up();
      await page.locator(".clash").waitFor({ timeout: 45_000 });
    },
    offer: async (page, desk) => {
      await openEditor(page, desk);
      await site.network.down();
      await type(page, " From a tab that died.");
      await says(page, /on this device/, 15_000);
      const second = await page.context().newPage();
      await page.close();
      await site.network.up();
      await openEditor(second, desk);
      await pause(1_500);
      return second;
    },
    palette: async (page, desk) => {
      await openEditor(page, desk);
      await type(page, " ");
      await page.keyboard.press(palette);
      await page.getByRole("dialog").waitFor();
    },
    completion: async (page, desk) => {
      await openEditor(page, desk);
      await type(page, " [[By");
      await page.locator('[role="listbox"]:visible').first().waitFor({ timeout: 15_000 });
    },
    slash: async (page, desk) => {
      await openEditor(page, desk);
      await type(page, "\n\n/");
      await page.locator('[role="listbox"]:visible').first().waitFor({ timeout: 15_000 });
    },
    find: async (page, desk) => {
      await openEditor(page, desk);
      await page.locator("#body").focus();
      await page.keyboard.press("Control+Shift+f");
      await page.getByRole("search").first().waitFor({ timeout: 10_000 });
    },
    preview: async (page, desk) => {
      await openEditor(page, desk);
      await fromPalette(page, "preview");
    },
    history: async (page, desk) => {
      await openEditor(page, desk);
      await fromPalette(page, "history");
    },
    focus: async (page, desk) => {
      await openEditor(page, desk);
      await fromPalette(page, "focus");
    },
  };

  for (const [name, prepare] of Object.entries(states)) {
    await t.test(`axe: ${name}`, async () => {
      const first = await browser.page(site, { session, javaScript: "on" });
      const desk = await write(first, { title: `State ${name}`, body: "It begins.", action: "save", visibility: "private" });
      const page = (await prepare(first, desk)) ?? first;
      await pause(400);
      const found = [];
      for (const scheme of schemes) {
        await page.emulateMedia({ colorScheme: scheme });
        await page.evaluate(axe);
        const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
        found.push(...violations.map((fault) => `${scheme} ${fault.id}: ${fault.nodes.map((node) => node.html).join("\n  ")}`));
      }
      await site.network.heal();
      await page.context().close();
      assert.deepEqual(found, []);
    });
  }
});

const palette = "Control+k";

async function fromPalette(page, words) {
  await page.locator("#body").focus();
  await page.keyboard.press(palette);
  await page.getByRole("dialog").waitFor();
  await page.keyboard.type(words);
  await page.keyboard.press("Enter");
  await pause(1_500);
}
