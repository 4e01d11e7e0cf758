// A form that is refused comes back with what was typed and the way to go on.
import assert from "node:assert/strict";
import test from "node:test";
import { assertQuiet, claim, choose, fill, open, press, signIn, startBrowser, write } from "../support/browser.mjs";
import { startSite } from "../support/site.mjs";

test("a refused form keeps what was typed", async (t) => {
  const site = await startSite(t);
  const browser = await startBrowser(t);
  const session = await claim(browser, site);
  const page = await browser.page(site, { session });
  await write(page, { title: "First", body: "I was here.", slug: "first" });

  const refused = async ({ title = "A title", body = "Words that took an hour.", slug = "", field, words }) => {
    await open(page, "/desk/notes/new");
    await fill(page, "title", title);
    await fill(page, "body", body);
    await fill(page, "slug", slug);
    await fill(page, "tags", "one, two");
    await choose(page, "visibility", "unlisted");
    const status = await press(page, "publish");
    assert.ok([409, 413, 422].includes(status), `refused, not ${status}`);
    assert.equal(await page.locator('[name="title"]').inputValue(), title);
    assert.equal((await page.locator('[name="body"]').inputValue()).length, body.length);
    assert.equal(await page.locator('[name="slug"]').inputValue(), slug);
    assert.match(await page.locator('[name="tags"]').inputValue(), /one, ?two/);
    assert.equal(await page.locator(`[name="${field}"]`).getAttribute("aria-invalid"), "true", "the field at fault is named");
    assert.match(await page.getByRole("main").innerText(), words);
    assertQuiet(page);
  };

  await t.test("a note over 256 KiB", () => refused({ body: "a".repeat(256 * 1024 + 1), field: "body", words: /256/ }));
  await t.test("a slug that is taken", () => refused({ slug: "first", field: "slug", words: /“first” is the address of “First”/ }));
  await t.test("a slug that is reserved or none at all", async () => {
    await refused({ slug: "not a slug!", field: "slug", words: /address|letters/i });
  });

  await t.test("a title that makes no slug: saved with one made up, and asked about before it is for ever", async () => {
    const words = /no letters or digits/;
    const desk = await write(page, { title: "!!!", body: "Kept.", action: "save" });
    await open(page, desk);
    assert.match(await page.getByRole("main").innerText(), words);
    assert.match(await page.locator('[name="slug"]').inputValue(), /^note-/);
    await refused({ title: "???", field: "slug", words });
    await fill(page, "slug", "what");
    assert.equal(await press(page, "publish"), 200);
    assert.match(await (await fetch(`${site.origin}/notes/what`)).text(), /Words that took an hour/);
  });

  await t.test("front matter that does not parse is kept, and its line is named", async () => {
    const body = "---\ntitle: A\ntags: [one\n---\nText.";
    await open(page, "/desk/notes/new");
    await fill(page, "title", "Broken front matter");
    await fill(page, "body", body);
    await press(page, "save");
    assert.equal(await page.locator('[name="body"]').inputValue(), body);
    assert.match(await page.getByRole("main").innerText(), /front matter, line \d/i);
    assert.equal(await press(page, "publish"), 422, "what it says about publishing cannot be read");
    assert.equal(await page.locator('[name="body"]').inputValue(), body);
    assert.match(await page.getByRole("main").innerText(), /front matter, line \d/i);
  });

  await t.test("a session that has ended: signing in carries the form on", async () => {
    await open(page, "/desk/notes/new");
    await fill(page, "title", "Written for an hour");
    await fill(page, "body", "Every word of it.");
    await fill(page, "slug", "an-hour");
    await choose(page, "visibility", "public");
    await page.context().clearCookies();
    await press(page, "publish");
    assert.equal(await page.locator('[name="password"]').count(), 1, "it asks to sign in");
    await signIn(page);
    const answer = await fetch(`${site.origin}/notes/an-hour`);
    if (answer.status !== 200) {
      assert.equal(await page.locator('[name="body"]').inputValue(), "Every word of it.");
      assert.equal(await press(page, "publish"), 200);
    }
    assert.match(await (await fetch(`${site.origin}/notes/an-hour`)).text(), /Every word of it/);
  });
});
