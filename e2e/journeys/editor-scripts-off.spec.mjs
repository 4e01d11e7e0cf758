// The editor without its script, because the browser runs none or because it never arrived: the plain form does all of it.
import assert from "node:assert/strict";
import test from "node:test";
import { assertQuiet, choose, claim, fill, open, press, startBrowser, submit, write } from "../support/browser.mjs";
import { idOf, stored, versions } from "../support/editor.mjs";
import { soon, startSite } from "../support/site.mjs";

const body = "The first paragraph.\n\nThe second paragraph.\n\nThe third paragraph.";

/** Why there is no script, and a page for each. */
const reasons = {
  "JavaScript off": (browser, site, session) => browser.page(site, { session }),
  "a script that never arrives": async (browser, site, session) => {
    const page = await browser.page(site, { session, javaScript: "on" });
    page.scripts = "lost";
    await page.route("**/pkg/**", (route) => (/\.(wasm|js)$/.test(new URL(route.request().url()).pathname) ? route.abort() : route.continue()));
    return page;
  },
};

test("the editor without its script", async (t) => {
  const site = await startSite(t);
  const browser = await startBrowser(t);
  const session = await claim(browser, site);

  for (const [reason, page] of Object.entries(reasons)) {
    await t.test(`${reason}: write, save, publish, properties, earlier versions`, async () => {
      const writer = await page(browser, site, session);
      const desk = await write(writer, { title: `Plain ${reason}`, body, tags: "plain, form", slug: `plain-${reason.length}` });
      const id = idOf(desk);
      assert.equal((await stored(site, session, id)).published !== null, true);
      await fill(writer, "body", body.replace("second", "rewritten"));
      assert.equal(await press(writer, "save"), 200);
      assert.match(await writer.locator(".editor-state").innerText(), /newer changes/i);
      await choose(writer, "visibility", "unlisted");
      await fill(writer, "aliases", "Another, and another");
      assert.equal(await press(writer, "publish"), 200);
      const note = await stored(site, session, id);
      assert.equal(note.visibility, "unlisted");
      assert.deepEqual(note.aliases, ["Another", "and another"]);
      assert.match(await (await fetch(`${site.origin}/notes/${note.slug}`)).text(), /rewritten/);
      await open(writer, `${desk}/history`);
      await writer.getByRole("main").locator(`a[href^="${desk}/history/"]`).last().click();
      await writer.waitForLoadState("load");
      assert.equal(await submit(writer, writer.getByRole("main").locator('button[value="restore"]').first()), 200);
      assert.equal((await stored(site, session, id)).body, body);
      await open(writer, `${desk}/preview`);
      assert.match(await writer.getByRole("main").innerText(), /second paragraph/);
      await writer.context().close();
    });

    await t.test(`${reason}: two edits meet, apart and in the same place`, async () => {
      const writer = await page(browser, site, session);
      const other = await browser.page(site, { session });
      const desk = await write(writer, { title: `Met ${reason}`, body, action: "save" });
      await open(other, desk);
      await fill(other, "body", body.replace("first", "foremost"));
      assert.equal(await press(other, "save"), 200);
      await fill(writer, "body", body.replace("third", "last"));
      assert.equal(await press(writer, "save"), 200);
      assert.equal((await stored(site, session, idOf(desk))).body, body.replace("first", "foremost").replace("third", "last"));
      await open(other, desk);
      await fill(other, "body", "All of it anew.");
      assert.equal(await press(other, "save"), 200);
      await fill(writer, "body", "All of it otherwise.");
      assert.equal(await press(writer, "save"), 409);
      const shown = await writer.locator('[name="body"]').inputValue();
      assert.match(shown, /<<<<<<<[^]*anew[^]*otherwise[^]*>>>>>>>|<<<<<<<[^]*otherwise[^]*anew[^]*>>>>>>>/);
      await fill(writer, "body", "All of it, together.");
      assert.equal(await press(writer, "save"), 200);
      const all = [(await stored(site, session, idOf(desk))).body, ...(await versions(site, session, idOf(desk)))];
      for (const text of ["All of it, together.", "All of it anew.", "All of it otherwise."]) assert.ok(all.includes(text), text);
      await writer.context().close();
      await other.context().close();
    });

    await t.test(`${reason}: a picture is attached, a note withdrawn, trashed and restored`, async () => {
      const writer = await page(browser, site, session);
      const desk = await write(writer, { title: `Attached ${reason}`, body, slug: `attached-${reason.length}` });
      const folded = writer.locator('details:not([open]):has([name="file"]) > summary');
      if (await folded.count()) await folded.first().click();
      await writer.locator('[name="file"]').setInputFiles({ name: "dot.png", mimeType: "image/png", buffer: dot });
      await fill(writer, "alt", "A dot");
      assert.equal(await press(writer, "attach"), 200);
      assert.match((await stored(site, session, idOf(desk))).body, /\[\[[^\]]+\|A dot\]\]\n$/);
      assert.equal(await press(writer, "withdraw"), 200);
      assert.equal((await fetch(`${site.origin}/notes/attached-${reason.length}`)).status, 404);
      await open(writer, desk);
      assert.equal(await press(writer, "trash"), 200);
      await open(writer, "/desk/trash");
      const row = writer.getByRole("main").locator("li, tr, article").filter({ hasText: `Attached ${reason}` }).last();
      assert.equal(await submit(writer, row.locator('button[value="restore"]').first()), 200);
      await soon(async () => assert.equal((await stored(site, session, idOf(desk))).trashed, null));
      await writer.context().close();
    });
  }

  await t.test("nothing of the editor's own stands about in a page without its script", async () => {
    const page = await browser.page(site, { session });
    await open(page, "/desk/notes/new");
    assert.equal(await page.locator("#editor-tools:visible").count(), 0, "no empty toolbar");
    for (const name of ["title", "body", "slug", "tags", "visibility"]) assert.ok(await page.locator(`[name="${name}"]`).count(), name);
    assertQuiet(page);
  });
});

/** One pixel. */
const dot = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");
