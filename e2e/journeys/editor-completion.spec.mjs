// What `[[`, `#` and `/` complete, by keyboard, and among 10,000 notes.
import assert from "node:assert/strict";
import test from "node:test";
import { assertQuiet, claim, open, startBrowser, write } from "../support/browser.mjs";
import { pause, soon, startSite } from "../support/site.mjs";
import { editor, heard, hints, offers, put, shown, value } from "../support/typing.mjs";

test("completion", async (t) => {
  const site = await startSite(t);
  const browser = await startBrowser(t);
  const session = await claim(browser, site);
  const plain = await browser.page(site, { session });
  await write(plain, { title: "Winter garden", body: "# Hellebores\n\n## Under snow\n\n#garden/winter", action: "save" });
  await write(plain, { title: "Café crème", body: "x", action: "save" });
  await write(plain, { title: "笔记之间", body: "x", tags: "garden", action: "save" });
  await plain.context().close();
  const page = await editor(browser, site, { session });
  await t.test("of a note by its title, with the keyboard alone", async () => {
    await put(page, "See ¦");
    await page.keyboard.type("[[win");
    await soon(async () => assert.deepEqual(await offers(page), ["Winter garden", "win"]));
    const active = await page.locator("#body").getAttribute("aria-activedescendant");
    assert.equal(await page.locator(`#${active}`).getAttribute("aria-selected"), "true");
    await soon(async () => assert.match(await heard(page), /Notes: 2\. Winter garden/));
    await page.keyboard.press("Enter");
    assert.equal(await shown(page), "See [[Winter garden]]¦");
    assert.equal(await page.locator("#editor-offers").isVisible(), false);
    await page.keyboard.press("Control+z");
    assert.equal(await value(page), "See [[win");
  });
  await t.test("without accents, in Chinese, and of a title that is new", async () => {
    for (const [typed, expected] of [["cafe", "[[Café crème]]¦"], ["笔", "[[笔记之间]]¦"]]) {
      await put(page, "¦");
      await page.keyboard.type(`[[${typed}`);
      await soon(async () => assert.ok((await offers(page)).length));
      await page.keyboard.press("Tab");
      assert.equal(await shown(page), expected);
    }
    await put(page, "¦");
    await page.keyboard.type("[[Nowhere yet");
    await soon(async () => assert.deepEqual(await offers(page), ["Nowhere yet"]));
    assert.deepEqual(await hints(page), ["New note"]);
    await page.keyboard.press("Enter");
    assert.equal(await shown(page), "[[Nowhere yet]]¦");
  });
  await t.test("of a heading in another note and in this one", async () => {
    await put(page, "¦");
    await page.keyboard.type("[[Winter garden#un");
    await soon(async () => assert.deepEqual(await offers(page), ["Under snow"]));
    await page.keyboard.press("Enter");
    assert.equal(await shown(page), "[[Winter garden#Under snow]]¦");
    await put(page, "# My own\n\n¦");
    await page.keyboard.type("[[#");
    await soon(async () => assert.deepEqual(await offers(page), ["My own"]));
    await page.keyboard.press("Enter");
    assert.equal(await shown(page), "# My own\n\n[[#My own]]¦");
  });
  await t.test("of a tag, which Enter alone does not choose", async () => {
    await put(page, "¦");
    await page.keyboard.type("#gar");
    await soon(async () => assert.ok((await offers(page)).includes("#garden/winter")));
    await page.keyboard.press("Enter");
    assert.equal(await shown(page), "#gar\n¦");
    await page.keyboard.type("#gar");
    await soon(async () => assert.ok((await offers(page)).length));
    const first = (await offers(page))[0];
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    assert.equal(await shown(page), `#gar\n${first} ¦`);
  });
  await t.test("of a tag in the properties, one after the other", async () => {
    const page = await editor(browser, site, { session });
    const field = page.locator("#tags");
    await field.focus();
    assert.equal(await field.getAttribute("role"), "combobox");
    await page.keyboard.type("gar");
    const list = page.locator("#tag-offers [role=option]");
    await list.first().waitFor();
    assert.equal(await field.getAttribute("aria-expanded"), "true");
    const first = await list.first().innerText();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    assert.equal(await field.inputValue(), `${first}, `);
    await soon(async () => assert.equal(await list.count(), 0));
    await page.keyboard.type("gar");
    await pause(300);
    assert.ok(!(await list.allInnerTexts()).includes(first), "what is there is not offered again");
    await page.keyboard.press("Tab");
    assert.equal(await field.inputValue(), `${first}, gar`, "Tab chooses nothing by itself");
    assert.notEqual(await page.evaluate(() => document.activeElement.id), "tags");
    assertQuiet(page);
  });

  await t.test("of a command", async () => {
    await put(page, "¦");
    await page.keyboard.type("/tab");
    await soon(async () => assert.match((await offers(page))[0], /^Table/));
    await page.keyboard.press("Enter");
    assert.equal(await shown(page), "| ¦    |     |\n| --- | --- |\n|     |     |\n");
    await page.keyboard.press("Control+z");
    assert.equal(await value(page), "/tab", "one step");
  });
  await t.test("Escape closes it until something else is begun", async () => {
    await put(page, "¦");
    await page.keyboard.type("[[w");
    await soon(async () => assert.ok((await offers(page)).length));
    await page.keyboard.press("Escape");
    await page.keyboard.type("i");
    assert.equal(await page.locator("#editor-offers").isVisible(), false);
    await page.keyboard.press("Enter");
    assert.equal(await shown(page), "[[wi\n¦");
    await page.keyboard.type("`[[w");
    assert.equal(await page.locator("#editor-offers").isVisible(), false, "not in code");
    assertQuiet(page);
  });

  await t.test("among 10,000 names", async () => {
    const page = await browser.page(site, { javaScript: "on", session });
    const words = ["winter", "garden", "Über", "笔记", "notes", "on", "the", "한국어", "reading", "list", "Émile", "of"];
    const notes = Array.from({ length: 10_000 }, (_, n) => ({
      id: `018f0000-0000-7000-8000-${n.toString(16).padStart(12, "0")}`,
      title: `${words[n % 12]} ${words[(n * 7) % 11]} ${words[(n * 5) % 12]} ${n}`,
      slug: `n-${n}`,
      aliases: n % 3 ? [] : [`also ${words[(n * 3) % 12]} ${n}`],
      updated: "2026-11-22T10:00:00Z",
      visibility: "private",
    }));
    await page.route("**/api/fn/notes/names*", (route) => route.fulfill({ json: { mark: "many", notes, tags: [] } }));
    await open(page, "/desk/notes/new");
    await page.locator("form[data-awake]").waitFor();
    await put(page, "¦");
    await page.keyboard.type("[[");
    await soon(async () => assert.equal((await offers(page)).length, 12));
    // How long a key takes among them is measured by `cargo xtask bench --editor`.
    await page.keyboard.type("winter garden 9");
    await soon(async () => {
      const found = await offers(page);
      assert.ok(found.length > 3 && found.every((title) => /winter/i.test(title) && /garden/i.test(title) && title.includes("9")), found.join("; "));
    });
    assertQuiet(page);
  });
});
