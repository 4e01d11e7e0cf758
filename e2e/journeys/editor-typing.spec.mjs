// Writing by keyboard: what Enter, Tab and each command do and that undo takes it back, the palette, find and replace.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import test from "node:test";
import { assertQuiet, claim, open, startBrowser } from "../support/browser.mjs";
import { root, soon, startSite } from "../support/site.mjs";
import { editor, put, shown, value } from "../support/typing.mjs";

/** Each: what stands there, the keys, what stands there then. */
const commands = [
  ["- one¦", "Enter", "- one\n- ¦"],
  ["1. one¦\n2. two", "Enter", "1. one\n2. ¦\n3. two"],
  ["- one\n- ¦", "Enter", "- one\n\n¦"],
  ["> [!note] 漢字¦", "Enter", "> [!note] 漢字\n> ¦"],
  ["- one\n- two¦", "Tab", "- one\n  - two¦"],
  ["- one\n  - two¦", "Shift+Tab", "- one\n- two¦"],
  ["| a¦ | b |\n|---|---|\n| 漢字 | d |", "Tab", "| a    | «b»   |\n| ---- | --- |\n| 漢字 | d   |"],
  ["a «b» c", "Control+b", "a **«b»** c"],
  ["a **«b»** c", "Control+b", "a «b» c"],
  ["a «b» c", "Control+i", "a *«b»* c"],
  ["a «שלום» c", "(", "a («שלום») c"],
  ["a «b» c", "`", "a `«b»` c"],
  ["wor¦ds", "Control+Alt+2", "## wor¦ds"],
  ["«one\ntwo»", "Control+Shift+Digit7", "1. «one\n2. two»"],
  ["one¦", "Control+Shift+Digit8", "- one¦"],
  ["one¦", "Control+Shift+Digit9", "- [ ] one¦"],
  ["one¦", "Control+Shift+Period", "> one¦"],
  ["- [ ] one¦", "Control+Enter", "- [x] one¦"],
  ["one\ntwo¦ 😀", "Alt+ArrowUp", "two¦ 😀\none"],
  ["one¦\ntwo", "Alt+ArrowDown", "two\none¦"],
];

test("writing by keyboard", async (t) => {
  const site = await startSite(t);
  const browser = await startBrowser(t);
  const session = await claim(browser, site);

  await t.test("every command does what it says, and undo gives back exactly what was", async () => {
    const page = await editor(browser, site, { session });
    for (const [before, keys, after] of commands) {
      await put(page, before);
      await page.keyboard.press(keys);
      assert.equal(await shown(page), after, `${keys} on ${JSON.stringify(before)}`);
      await page.keyboard.press("Control+z");
      assert.equal(await value(page), before.replace(/[¦«»]/g, ""), `undo of ${keys} on ${JSON.stringify(before)}`);
      await page.keyboard.press("Control+Shift+z");
      assert.equal(await value(page), after.replace(/[¦«»]/g, ""), `redo of ${keys}`);
    }
    assertQuiet(page);
  });

  await t.test("an address pasted over words becomes a link", async () => {
    const page = await editor(browser, site, { session });
    await put(page, "see «this» one");
    await page.evaluate(() => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/plain", "https://example.org/a");
      document.querySelector("#body").dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
    });
    assert.equal(await shown(page), "see [this](https://example.org/a)¦ one");
    await page.keyboard.press("Control+z");
    assert.equal(await value(page), "see this one");
  });

  await t.test("Tab is no trap", async () => {
    const page = await editor(browser, site, { session });
    const focused = () => page.evaluate(() => document.activeElement.id);
    await put(page, "words¦");
    await page.keyboard.press("Tab");
    assert.notEqual(await focused(), "body", "out of plain text at once");
    await put(page, "- one\n- two¦");
    await page.keyboard.press("Tab");
    assert.equal(await focused(), "body");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Tab");
    assert.notEqual(await focused(), "body", "out of a list after Escape");
    assert.equal(await value(page), "- one\n  - two");
    const described = await page.locator("#body").getAttribute("aria-describedby");
    assert.match(await page.locator(`#${described.split(" ").pop()}`).textContent(), /Escape/);
  });

  await t.test("the palette lists every command, and does it", async () => {
    const page = await editor(browser, site, { session });
    await put(page, "one «two»");
    await page.keyboard.press("Control+k");
    const options = page.locator("#palette-list [role=option]");
    assert.ok((await options.count()) > 30);
    assert.match(await options.first().innerText(), /^Link/, "the likeliest first while words are selected");
    assert.match((await options.allInnerTexts()).join("\n"), /Bold[\s\S]*Ctrl\+B/);
    await page.keyboard.type("bold");
    assert.match(await page.locator("#palette-list [aria-selected=true]").innerText(), /^Bold/);
    await page.keyboard.press("Enter");
    assert.equal(await shown(page), "one **«two»**");
    await page.keyboard.press("Control+z");
    assert.equal(await value(page), "one two");
    await page.keyboard.press("Control+k");
    await page.keyboard.type("zzz");
    assert.match(await page.locator(".palette-count").textContent(), /No command/);
    await page.keyboard.press("Escape");
    assert.equal(await page.evaluate(() => document.activeElement.id), "body");
    assertQuiet(page);
  });

  await t.test("the manual lists the keys of the palette, and no others", async () => {
    const manual = await readFile(path.join(root, "docs/manual/Writing/Keys.md"), "utf8");
    const rows = [...manual.matchAll(/^\| ([^|-][^|]*) \| ([^|]*) \| ([^|]*) \|$/gm)].slice(1).map((row) => row.slice(1, 4));
    for (const [column, platform] of [[1, "Linux x86_64"], [2, "MacIntel"]]) {
      const page = await browser.page(site, { javaScript: "on", session });
      await page.addInitScript((name) => Object.defineProperty(Navigator.prototype, "platform", { get: () => name }), platform);
      await open(page, "/desk/notes/new");
      await page.locator("form[data-awake]").waitFor();
      await page.getByRole("button", { name: "Commands" }).click();
      const listed = await page.locator("#palette-list [role=option]:has(.palette-keys)").evaluateAll((options) =>
        options.map((option) => [".palette-name", ".palette-keys"].map((part) => option.querySelector(part).textContent)));
      assert.deepEqual(rows.map((row) => [row[0], row[column]]).sort(), listed.sort(), platform);
      await page.context().close();
    }
  });

  await t.test("find and replace", async () => {
    const page = await editor(browser, site, { session });
    await put(page, "¦Snow on snow: 雪, Snowdrops.");
    await page.keyboard.press("Control+Shift+f");
    const bar = page.getByRole("search", { name: "Find and replace" });
    await bar.getByLabel("Find").fill("snow");
    assert.equal(await bar.getByRole("status").textContent(), "1 of 3");
    assert.equal(await page.locator(".editor-mirror mark").count(), 3);
    await page.keyboard.press("Enter");
    await page.keyboard.press("Enter");
    assert.equal(await bar.getByRole("status").textContent(), "2 of 3");
    assert.equal(await shown(page), "Snow on «snow»: 雪, Snowdrops.");
    await page.keyboard.press("Shift+Enter");
    assert.equal(await bar.getByRole("status").textContent(), "1 of 3");
    await bar.getByRole("button", { name: "Whole words" }).press("Enter");
    assert.equal(await bar.getByRole("status").textContent(), "1 of 2");
    await bar.getByLabel("Replace with").fill("ice");
    await page.keyboard.press("Enter");
    assert.equal(await value(page), "ice on snow: 雪, Snowdrops.");
    await bar.getByRole("button", { name: "Whole words" }).press("Enter");
    await bar.getByRole("button", { name: "Replace all" }).press("Enter");
    assert.equal(await value(page), "ice on ice: 雪, icedrops.");
    await page.keyboard.press("Escape");
    assert.equal(await page.evaluate(() => document.activeElement.id), "body");
    await page.keyboard.press("Control+z");
    assert.equal(await value(page), "ice on snow: 雪, Snowdrops.", "all of them were one step");
    await page.keyboard.press("Control+z");
    assert.equal(await value(page), "Snow on snow: 雪, Snowdrops.");
    assertQuiet(page);
  });

  await t.test("words are counted, focus leaves nothing but the text", async () => {
    const page = await editor(browser, site, { session });
    await put(page, "One two 漢字 three¦");
    await soon(async () => assert.equal(await page.locator(".tool-count").innerText(), "5 words"));
    await page.locator("#body").evaluate((field) => field.setSelectionRange(0, 7));
    await soon(async () => assert.equal(await page.locator(".tool-count").innerText(), "2 of 5 words"));
    await page.getByRole("button", { name: "Focus" }).press("Enter");
    assert.equal(await page.locator(".masthead").isVisible(), false);
    assert.equal(await page.locator("#body").isVisible(), true);
    assert.equal(await page.locator(".editor-state").isVisible(), true, "what is kept is said in any case");
    await page.getByRole("button", { name: "Focus" }).press("Enter");
    assert.equal(await page.locator(".masthead").isVisible(), true);
  });

  await t.test("the address is shown as it will be", async () => {
    const page = await editor(browser, site, { session });
    const address = page.locator("#slug-preview");
    await page.locator("#title").fill("Über Gärten");
    await soon(async () => assert.match(await address.innerText(), /\/notes\/über-gärten$/));
    await page.locator("#slug").fill("Plants & more");
    await soon(async () => assert.match(await address.innerText(), /plants-more/));
    await page.locator("#slug").fill("new");
    await soon(async () => assert.match(await address.innerText(), /kept for the site/));
  });
});
