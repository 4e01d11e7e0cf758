// Two tabs, two devices, an import: what both wrote is in the text, in place, with the cursor where it was, and said.
import assert from "node:assert/strict";
import test from "node:test";
import { assertQuiet, claim, fill, open, press, startBrowser, write } from "../support/browser.mjs";
import { caretAfter, idOf, openEditor, saved, says, stored, text } from "../support/editor.mjs";
import { soon, startSite } from "../support/site.mjs";

const body = "The first paragraph.\n\nThe second paragraph.\n\nThe third paragraph.";

test("what two wrote at once", async (t) => {
  const site = await startSite(t);
  const browser = await startBrowser(t);
  const session = await claim(browser, site);
  let count = 0;
  const note = async (page) => {
    count += 1;
    return write(page, { title: `Shared ${count}`, body, action: "save", visibility: "private" });
  };
  const caret = (page) => page.locator("#body").evaluate((field) => field.value.slice(0, field.selectionStart));

  await t.test("in two tabs of one browser, in different places", async () => {
    const left = await browser.page(site, { session, javaScript: "on" });
    const desk = await note(left);
    const right = await left.context().newPage();
    await openEditor(left, desk);
    await openEditor(right, desk);
    await caretAfter(right, "The third");
    await caretAfter(left, "The first");
    await left.keyboard.type(", longer");
    await says(left, saved);
    await soon(async () => assert.match(await text(right), /first, longer/, "the other tab shows it in place"));
    assert.ok((await caret(right)).endsWith("The third"), `the cursor is where it was: ${await caret(right)}`);
    await right.keyboard.type(", shorter");
    await says(right, saved);
    await soon(async () => assert.match(await text(left), /third, shorter/));
    const both = body.replace("first", "first, longer").replace("third", "third, shorter");
    assert.equal(await text(left), both);
    assert.equal(await text(right), both);
    assert.equal((await stored(site, session, idOf(desk))).body, both);
    await left.context().close();
  });

  await t.test("on two devices, at the same moment", async () => {
    const laptop = await browser.page(site, { session, javaScript: "on" });
    const phone = await browser.page(site, { session, javaScript: "on", width: 390 });
    const desk = await note(laptop);
    await openEditor(laptop, desk);
    await openEditor(phone, desk);
    await caretAfter(laptop, "The first");
    await caretAfter(phone, "The third");
    await Promise.all([laptop.keyboard.type(" of the laptop", { delay: 20 }), phone.keyboard.type(" of the phone", { delay: 20 })]);
    const both = body.replace("first", "first of the laptop").replace("third", "third of the phone");
    await soon(async () => assert.equal((await stored(site, session, idOf(desk))).body, both));
    // Whoever saved last has both; it is said there.
    const texts = await Promise.all([laptop, phone].map(text));
    assert.ok(texts.includes(both), texts.join("\n---\n"));
    const merged = texts[0] === both ? laptop : phone;
    await soon(async () => assert.match(`${await merged.locator("#editor-said").innerText()} ${await merged.locator("#editor-state").innerText()}`, /merge|both|elsewhere|another/i, "and it is said"));
    assertQuiet(laptop);
    assertQuiet(phone);
    await laptop.context().close();
    await phone.context().close();
  });

  await t.test("a plain form and the editor", async () => {
    const editor = await browser.page(site, { session, javaScript: "on" });
    const form = await browser.page(site, { session });
    const desk = await note(editor);
    await openEditor(editor, desk);
    await open(form, desk);
    await fill(form, "body", body.replace("second", "plain"));
    assert.equal(await press(form, "save"), 200);
    await caretAfter(editor, "The third");
    await editor.keyboard.type(" and last");
    await says(editor, saved);
    const both = body.replace("second", "plain").replace("third", "third and last");
    await soon(async () => assert.equal((await stored(site, session, idOf(desk))).body, both));
    await soon(async () => assert.equal(await text(editor), both));
    assert.ok((await caret(editor)).endsWith("third and last"));
    await editor.context().close();
    await form.context().close();
  });
});
