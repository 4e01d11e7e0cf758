// The owner comes: claim, sign in, be refused, sign out.
import assert from "node:assert/strict";
import test from "node:test";
import { assertQuiet, claim, fill, modes, open, signIn, startBrowser, submit } from "../support/browser.mjs";
import { owner, startSite } from "../support/site.mjs";

const send = (page) => submit(page, page.locator('form:has([name="password"]) button').first());

test("claiming a site", async (t) => {
  const site = await startSite(t);
  const browser = await startBrowser(t);
  const page = await browser.page(site);

  await t.test("a made-up link is not there", async () => {
    await open(page, "/claim/not-the-link", 404);
  });

  await t.test("a weak password is refused and the rest stays typed", async () => {
    await open(page, await site.claimLink());
    for (const password of ["short", "passwordpassword"]) {
      await fill(page, "name", owner.name);
      await fill(page, "email", owner.email);
      await fill(page, "password", password);
      assert.equal(await send(page), 422);
      assert.equal(await page.locator('[name="name"]').inputValue(), owner.name);
      assert.equal(await page.locator('[name="email"]').inputValue(), owner.email);
      assert.equal(await page.locator('[name="password"]').inputValue(), "", "a password is never sent back");
      assert.equal(await page.locator('[name="password"]').getAttribute("aria-invalid"), "true");
    }
  });

  await t.test("the link works once", async () => {
    await fill(page, "name", owner.name);
    await fill(page, "email", owner.email);
    await fill(page, "password", owner.password);
    assert.equal(await send(page), 200);
    const cookie = (await page.context().cookies()).find((cookie) => cookie.httpOnly);
    assert.equal(cookie?.sameSite, "Lax");
    await open(page, "/desk");
    const other = await browser.page(site);
    await open(other, await site.claimLink(), 404);
    assertQuiet(page);
  });
});

test("signing in and out", async (t) => {
  const site = await startSite(t);
  const browser = await startBrowser(t);
  await claim(browser, site);

  for (const mode of modes) {
    await t.test(`the desk asks who it is, ${mode.name}`, async () => {
      const page = await browser.page(site, mode);
      await page.goto("/desk");
      assert.match(page.url(), /\/sign-in/);
      assert.equal(await signIn(page, { email: owner.email, password: "not the password" }), 422);
      assert.equal(await page.locator('[name="email"]').inputValue(), owner.email);
      assert.equal(await page.locator('[name="password"]').inputValue(), "");
      assert.equal(await signIn(page), 200);
      await open(page, "/desk");
      assert.match(page.url(), /\/desk$/);
      await submit(page, page.locator('form[action="/sign-out"] button').first());
      await page.goto("/desk");
      assert.match(page.url(), /\/sign-in/);
      assertQuiet(page);
    });
  }

  await t.test("an unknown address answers as a wrong password does", async () => {
    const words = async (email) => {
      const page = await browser.page(site);
      await open(page, "/sign-in");
      const status = await signIn(page, { email, password: "not the password" });
      return `${status} ${await page.getByRole("main").innerText()}`;
    };
    assert.equal(await words("nobody@example.org"), await words(owner.email));
  });

  await t.test("guessing is slowed down and says for how long", async () => {
    let answer;
    for (let tries = 0; tries < 60; tries += 1) {
      answer = await fetch(`${site.origin}/sign-in`, {
        method: "POST",
        redirect: "manual",
        headers: { origin: site.origin, "sec-fetch-site": "same-origin" },
        body: new URLSearchParams({ email: "guessed@example.org", password: `guess number ${tries}` }),
      });
      if (answer.status === 429) break;
      assert.equal(answer.status, 422);
    }
    assert.equal(answer.status, 429);
    assert.ok(Number(answer.headers.get("retry-after")) > 0);
  });

  await t.test("a form on another site signs nobody in", async () => {
    const answer = await fetch(`${site.origin}/sign-in`, {
      method: "POST",
      redirect: "manual",
      headers: { origin: "https://elsewhere.example", "sec-fetch-site": "cross-site" },
      body: new URLSearchParams({ email: owner.email, password: owner.password }),
    });
    assert.equal(answer.status, 403);
    assert.equal(answer.headers.get("set-cookie"), null);
  });
});
