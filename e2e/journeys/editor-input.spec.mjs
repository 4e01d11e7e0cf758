// Input methods, through the DevTools protocol: Chinese, Korean, and a keyboard that replaces words.
import assert from "node:assert/strict";
import test from "node:test";
import { assertQuiet, claim, startBrowser } from "../support/browser.mjs";
import { soon, startSite } from "../support/site.mjs";
import { editor, offers, put, shown, value } from "../support/typing.mjs";

test("input methods", async (t) => {
  const site = await startSite(t);
  const browser = await startBrowser(t);
  const session = await claim(browser, site);
  const page = await editor(browser, site, { session });
  const protocol = await page.context().newCDPSession(page);
  const compose = (text) => protocol.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length });
  const commit = (text) => protocol.send("Input.insertText", { text });
  await t.test("Chinese: nothing happens until it is composed", async () => {
    await put(page, "[[¦");
    for (const text of ["b", "bi", "bi j", "bi ji"]) {
      await compose(text);
      assert.equal(await page.locator("#editor-offers").isVisible(), false, `while “${text}” is composed`);
      assert.equal(await value(page), `[[${text}`);
    }
    await commit("笔记");
    assert.equal(await value(page), "[[笔记");
    await soon(async () => assert.match((await offers(page))[0] ?? "", /^笔记/));
    await page.keyboard.press("Enter");
    assert.match(await value(page), /^\[\[笔记之?间?\]\]$/);
  });
  await t.test("Korean: syllables grow and are kept", async () => {
    await put(page, "- ¦");
    for (const text of ["ㅎ", "하", "한"]) await compose(text);
    await commit("한");
    for (const text of ["ㄱ", "구", "국"]) await compose(text);
    // The key that ends a composition belongs to the input method.
    await page.locator("#body").dispatchEvent("keydown", { key: "Enter", keyCode: 229, isComposing: true, bubbles: true });
    assert.equal(await value(page), "- 한국");
    await commit("국");
    await page.keyboard.press("Enter");
    assert.equal(await shown(page), "- 한국\n- ¦");
  });
  await t.test("over a selection, brackets of a composition do not wrap", async () => {
    await put(page, "a «b» c");
    await compose("(");
    await commit("（");
    assert.equal(await value(page), "a （ c");
  });
  await t.test("an Android keyboard that replaces a word", async () => {
    await put(page, "teh¦");
    await page.evaluate(() => {
      const field = document.querySelector("#body");
      field.setSelectionRange(0, 3);
      field.dispatchEvent(new InputEvent("beforeinput", { inputType: "insertReplacementText", data: "(", bubbles: true, cancelable: true }));
      field.setRangeText("the", 0, 3, "end");
      field.dispatchEvent(new InputEvent("input", { inputType: "insertReplacementText", data: "the", bubbles: true }));
    });
    assert.equal(await shown(page), "the¦");
    assertQuiet(page);
  });
});
