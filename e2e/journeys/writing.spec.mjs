// The owner writes with plain forms: new, save, publish, edit, rename, withdraw, trash, restore, history.
import assert from "node:assert/strict";
import test from "node:test";
import { assertQuiet, choose, claim, fill, modes, open, press, startBrowser, submit, write } from "../support/browser.mjs";
import { soon, startSite } from "../support/site.mjs";

test("a note's life", async (t) => {
  const site = await startSite(t);
  const browser = await startBrowser(t);
  const session = await claim(browser, site);
  const status = async (address) => (await fetch(site.origin + address, { redirect: "manual" })).status;
  const text = async (address) => (await fetch(site.origin + address)).text();

  for (const mode of modes) {
    const name = `garden-${mode.javaScript}`;
    await t.test(`from the first word to the trash and back, ${mode.name}`, async () => {
      const page = await browser.page(site, { ...mode, session });
      const slug = `winter-${name}`;

      await open(page, "/desk/notes/new");
      await fill(page, "title", `Winter ${name}`);
      await fill(page, "body", "The first line.\n\nHellebores.");
      await fill(page, "tags", "garden, winter");
      await choose(page, "visibility", "public");
      assert.equal(await press(page, "save"), 200);
      assert.match(page.url(), /\/desk\/notes\/[0-9a-f-]{36}/);
      const desk = new URL(page.url()).pathname;
      assert.equal(await page.locator('[name="body"]').inputValue(), "The first line.\n\nHellebores.");
      assert.equal(await status(`/notes/${slug}`), 404, "a saved note is not published");

      assert.equal(await press(page, "publish"), 200);
      assert.equal(await status(`/notes/${slug}`), 200);
      assert.match(await text(`/notes/${slug}`), /Hellebores/);
      for (const list of ["/", "/notes", "/archive", "/feed.atom", "/sitemap.xml"]) {
        assert.match(await text(list), new RegExp(slug), `${list} shows it at once`);
      }
      for (const list of ["/tags/garden", "/search?q=hellebores"]) {
        await soon(async () => assert.match(await text(list), new RegExp(slug), list));
      }

      await open(page, desk);
      await fill(page, "body", "The first line.\n\nHellebores and a secret.");
      assert.equal(await press(page, "save"), 200);
      assert.doesNotMatch(await text(`/notes/${slug}`), /secret/, "the working text is the owner's");
      assert.equal(await press(page, "publish"), 200);
      assert.match(await text(`/notes/${slug}`), /secret/);

      await fill(page, "slug", `spring-${name}`);
      assert.equal(await press(page, "publish"), 200);
      const old = await fetch(`${site.origin}/notes/${slug}`, { redirect: "manual" });
      assert.equal(old.status, 301, "the old address leads to the new one for ever");
      assert.equal(old.headers.get("location"), `/notes/spring-${name}`);
      assert.equal(await status(`/notes/spring-${name}`), 200);

      await open(page, desk);
      assert.equal(await press(page, "withdraw"), 200);
      assert.equal(await status(`/notes/spring-${name}`), 404);
      assert.doesNotMatch(await text("/notes"), new RegExp(`spring-${name}`));
      await open(page, desk);
      assert.equal(await press(page, "publish"), 200);
      assert.equal(await status(`/notes/spring-${name}`), 200);

      assert.equal(await press(page, "trash"), 200);
      assert.equal(await status(`/notes/spring-${name}`), 404);
      await open(page, "/desk/trash");
      const row = page.getByRole("main").locator("li, tr, article").filter({ hasText: `Winter ${name}` }).last();
      assert.equal(await submit(page, row.locator('button[value="restore"]').first()), 200);
      assert.equal(await status(`/notes/spring-${name}`), 200, "it comes back as it was");

      await open(page, `${desk}/history`);
      assert.ok((await page.getByRole("main").innerText()).length > 100);
      assertQuiet(page);
    });
  }

  await t.test("an older version is read, compared and restored", async () => {
    const page = await browser.page(site, { session });
    const desk = await write(page, { title: "Versions", body: "One apple.", slug: "versions" });
    await fill(page, "body", "Two apples.");
    assert.equal(await press(page, "publish"), 200);
    await open(page, `${desk}/history`);
    const links = page.getByRole("main").locator(`a[href*="${desk}/history/"], a[href*="/history?"]`);
    assert.ok((await links.count()) >= 2, "each publish is a version");
    await links.first().click();
    await page.waitForLoadState("load");
    assert.ok(await page.getByRole("main").locator("ins").count(), "what was added is marked");
    assert.ok(await page.getByRole("main").locator("del").count(), "what was taken away is marked");
    await open(page, `${desk}/history`);
    await page.getByRole("main").locator(`a[href*="${desk}/history/"], a[href*="/history?"]`).last().click();
    await page.waitForLoadState("load");
    assert.equal(await submit(page, page.getByRole("main").locator('button[value="restore"]').first()), 200);
    await open(page, desk);
    assert.equal(await page.locator('[name="body"]').inputValue(), "One apple.");
    assert.match(await text("/notes/versions"), /Two apples/, "restoring publishes nothing");
  });

  await t.test("unlisted is found by its address only, private by nobody", async () => {
    const page = await browser.page(site, { session });
    await write(page, { title: "Unlisted one", body: "quincunx", slug: "unlisted-one", tags: "quiet", visibility: "unlisted" });
    await write(page, { title: "Private one", body: "quincunx", slug: "private-one", tags: "quiet", visibility: "private" });
    assert.equal(await status("/notes/unlisted-one"), 200);
    assert.equal(await status("/notes/private-one"), 404);
    for (const address of ["/", "/notes", "/archive", "/tags", "/feed.atom", "/sitemap.xml", "/search?q=quincunx", "/notes/private-on"]) {
      assert.doesNotMatch(await text(address), /nlisted-one|nlisted one|rivate-one|rivate one|tags\/quiet/, address);
    }
    assert.equal(await status("/tags/quiet"), 404);
  });

  await t.test("a rename rewrites the links that point at the note", async () => {
    const page = await browser.page(site, { session });
    const target = await write(page, { title: "Target", body: "Here.", slug: "target" });
    const source = await write(page, { title: "Source", body: "It points at [[Target]] in a sentence.", slug: "source" });
    await soon(async () => assert.match(await text("/notes/target"), /points at/, "a backlink with the sentence around it"));
    await open(page, target);
    await fill(page, "title", "Goal");
    await fill(page, "slug", "goal");
    assert.equal(await press(page, "publish"), 200);
    await soon(async () => {
      await open(page, source);
      assert.match(await page.locator('[name="body"]').inputValue(), /\[\[Goal(\|Target)?\]\]/);
      assert.match(await text("/notes/source"), /href="\/notes\/goal"/);
    });
  });
});
