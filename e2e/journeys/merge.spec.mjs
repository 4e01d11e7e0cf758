// Two forms on the same note: a stale save is merged, or comes back with both texts.
import assert from "node:assert/strict";
import test from "node:test";
import { assertQuiet, claim, fill, open, press, startBrowser, write } from "../support/browser.mjs";
import { startSite } from "../support/site.mjs";

test("two edits meet", async (t) => {
  const site = await startSite(t);
  const browser = await startBrowser(t);
  const session = await claim(browser, site);
  const laptop = await browser.page(site, { session });
  const phone = await browser.page(site, { session, width: 390 });
  const body = "The first paragraph.\n\nThe second paragraph.\n\nThe third paragraph.";

  await t.test("in different places: both are kept", async () => {
    const desk = await write(laptop, { title: "Merged", body, slug: "merged" });
    await open(laptop, desk);
    await open(phone, desk);
    await fill(laptop, "body", body.replace("first", "first, longer"));
    assert.equal(await press(laptop, "save"), 200);
    await fill(phone, "body", body.replace("third", "third, shorter"));
    assert.equal(await press(phone, "save"), 200);
    const merged = await phone.locator('[name="body"]').inputValue();
    assert.match(merged, /first, longer/);
    assert.match(merged, /third, shorter/);
    assert.match(await phone.getByRole("main").innerText(), /merge|both/i, "and the page says so");
    assertQuiet(phone);
  });

  await t.test("in the same place: both texts are shown and neither is lost", async () => {
    const desk = await write(laptop, { title: "Conflict", body, slug: "conflict" });
    await open(laptop, desk);
    await open(phone, desk);
    await fill(laptop, "body", body.replace("second", "laptop's"));
    assert.equal(await press(laptop, "publish"), 200);
    await fill(phone, "body", body.replace("second", "phone's"));
    assert.equal(await press(phone, "publish"), 409);
    const shown = await phone.content();
    assert.match(shown, /phone(&#39;|&#x27;|')s paragraph/);
    assert.match(shown, /laptop(&#39;|&#x27;|')s paragraph/);
    assert.match(await (await fetch(`${site.origin}/notes/conflict`)).text(), /laptop/, "nothing was written over");
    await fill(phone, "body", body.replace("second", "laptop's and phone's"));
    assert.equal(await press(phone, "publish"), 200, "the form goes on from there");
    assert.match(await (await fetch(`${site.origin}/notes/conflict`)).text(), /laptop(&#39;|’|')s and phone/);
    assertQuiet(phone);
  });
});
