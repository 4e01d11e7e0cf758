// A visitor reads: home, list, note, tag, archive, search, what is not there, feed and site map.
import assert from "node:assert/strict";
import test from "node:test";
import { assertQuiet, modes, open, startBrowser, submit } from "../support/browser.mjs";
import { startSite, vaults } from "../support/site.mjs";

test("a visitor reads the manual", async (t) => {
  const site = await startSite(t, { vault: vaults.manual });
  const browser = await startBrowser(t);

  for (const mode of modes) {
    await t.test(`from home to a note and its backlinks, ${mode.name}`, async () => {
      const page = await browser.page(site, mode);
      await open(page, "/");
      await page.locator('nav a[href="/notes"]').first().click();
      await page.waitForURL("**/notes");
      assert.match(await page.locator("h1").first().innerText(), /notes/i);
      await page.getByRole("main").getByRole("link", { name: "Footnotes", exact: true }).first().click();
      await page.waitForURL("**/notes/**");
      assert.equal(await page.locator("h1").first().innerText(), "Footnotes");
      assert.ok((await page.locator("article").first().innerText()).length > 200, "the text is in the page");
      assert.equal(await page.locator("h1").count(), 1);
      assertQuiet(page);
    });

    await t.test(`by tag and by time, ${mode.name}`, async () => {
      const page = await browser.page(site, mode);
      await open(page, "/tags");
      const tag = page.getByRole("main").locator('a[href^="/tags/"]').first();
      const address = await tag.getAttribute("href");
      await tag.click();
      await page.waitForURL(`**${address}`);
      assert.ok(await page.getByRole("main").locator('a[href^="/notes/"]').count());
      await open(page, "/archive");
      const listed = await page.getByRole("main").locator('a[href^="/notes/"]').count();
      assert.ok(listed > 15, `the archive lists ${listed} notes`);
      assertQuiet(page);
    });

    await t.test(`by searching, ${mode.name}`, async () => {
      const page = await browser.page(site, mode);
      await open(page, "/search");
      const field = page.getByRole("main").locator('input[name="q"]').first();
      await field.fill("footnote");
      await field.press("Enter");
      await page.waitForURL("**/search?q=footnote**");
      assert.ok(await page.getByRole("main").locator('a[href^="/notes/"]').filter({ hasText: /footnotes/i }).count());
      assert.ok(await page.getByRole("main").locator("mark").count(), "what was found is marked");
      await open(page, "/search?q=zzyzxqwv");
      assert.match(await page.getByRole("main").innerText(), /zzyzxqwv/);
      assertQuiet(page);
    });

    await t.test(`an address that is not there suggests what is, ${mode.name}`, async () => {
      const page = await browser.page(site, mode);
      await open(page, "/notes/footnots", 404);
      assert.ok(await page.getByRole("main").getByRole("link", { name: "Footnotes" }).count());
      await open(page, "/no/such/page", 404);
      assertQuiet(page);
    });
  }

  await t.test("feed, site map, robots and source are whole", async () => {
    const feed = await (await fetch(`${site.origin}/feed.atom`)).text();
    assert.match(feed, /<feed[^>]*xmlns="http:\/\/www\.w3\.org\/2005\/Atom"/);
    assert.ok(feed.split("<entry>").length > 5, "the feed has entries");
    assert.match(feed, /type="html"/);
    const map = await (await fetch(`${site.origin}/sitemap.xml`)).text();
    const addresses = [...map.matchAll(/<loc>([^<]+)<\/loc>/g)].map((found) => found[1]);
    assert.ok(addresses.length > 20);
    for (const address of addresses) {
      assert.equal((await fetch(new URL(new URL(address).pathname, site.origin))).status, 200, address);
    }
    const robots = await (await fetch(`${site.origin}/robots.txt`)).text();
    assert.match(robots, /^Sitemap: .*\/sitemap\.xml$/m);
    const note = addresses.find((address) => address.endsWith("/footnotes")) ?? addresses.at(-1);
    const source = await fetch(new URL(`${new URL(note).pathname}.md`, site.origin));
    assert.match(source.headers.get("content-type"), /^text\/markdown/);
    assert.match(await source.text(), /\[\^/);
  });

  await t.test("a private note of the vault is nowhere", async () => {
    // The manual has one under Drafts with `publish: false`, with a tag and a word of its own.
    for (const address of ["/", "/notes", "/archive", "/tags", "/search?q=zibaldone", "/feed.atom", "/sitemap.xml", "/notes/ideas"]) {
      const text = await (await fetch(site.origin + address)).text();
      assert.doesNotMatch(text, /heliotrope|draft-only|ideas-for-later/, address);
    }
    assert.equal((await fetch(`${site.origin}/notes/ideas-for-later`)).status, 404);
  });

  await t.test("the search form works from any page", async () => {
    const page = await browser.page(site);
    await open(page, "/search");
    const form = page.getByRole("main").locator("form").first();
    await form.locator('input[name="q"]').fill("visibility");
    assert.equal(await submit(page, form.locator("button").first()), 200);
    assert.match(page.url(), /q=visibility/);
  });
});
