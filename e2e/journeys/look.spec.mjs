// Small conveniences: the colour scheme, previews of links, the search box that suggests, the keyboard.
import assert from "node:assert/strict";
import test from "node:test";
import { assertQuiet, claim, open, schemes, startBrowser } from "../support/browser.mjs";
import { startSite, vaults } from "../support/site.mjs";

const background = (page) => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);

test("conveniences", async (t) => {
  const site = await startSite(t, { vault: vaults.manual });
  const browser = await startBrowser(t);

  await t.test("the scheme follows the system", async () => {
    const [light, dark] = await Promise.all(schemes.map(async (scheme) => {
      const page = await browser.page(site, { scheme, javaScript: "on" });
      await open(page, "/");
      return background(page);
    }));
    assert.notEqual(light, dark);
  });

  await t.test("the reader sets the scheme, and the device remembers before the first paint", async () => {
    const page = await browser.page(site, { scheme: "light", javaScript: "on" });
    await open(page, "/");
    const light = await background(page);
    for (let presses = 0; presses < 3 && (await background(page)) === light; presses += 1) {
      await page.getByRole("button", { name: /scheme|colou?r|dark|light|theme/i }).first().click();
    }
    const dark = await background(page);
    assert.notEqual(dark, light);
    await page.addInitScript(() => {
      // The very first style once there is a body, before any deferred script runs.
      new MutationObserver((_, observer) => {
        if (!document.body) return;
        window.first = getComputedStyle(document.documentElement).backgroundColor;
        observer.disconnect();
      }).observe(document, { childList: true, subtree: true });
    });
    await open(page, "/notes");
    assert.equal(await background(page), dark);
    assert.equal(await page.evaluate(() => window.first), dark, "no flash of the other scheme");
    assertQuiet(page);
  });

  await t.test("a link shows a preview on hover and on focus, and Escape closes it", async () => {
    const page = await browser.page(site, { javaScript: "on" });
    await open(page, "/");
    const link = page.locator('main a[href^="/notes/"]').filter({ hasText: "Start a site" }).first();
    const preview = page.locator('[role="tooltip"], [popover]:popover-open, .preview').filter({ visible: true });
    await link.hover();
    await preview.first().waitFor();
    assert.ok((await preview.first().innerText()).length > 20);
    await page.keyboard.press("Escape");
    await preview.first().waitFor({ state: "hidden" });
    await page.mouse.move(0, 0);
    await link.focus();
    await preview.first().waitFor();
    assertQuiet(page);
  });

  await t.test("the search box suggests as one types, by keyboard", async () => {
    const page = await browser.page(site, { javaScript: "on" });
    const fetched = [];
    page.on("request", (request) => fetched.push(new URL(request.url()).pathname));
    await open(page, "/search");
    await page.waitForLoadState("networkidle");
    assert.ok(!fetched.some((address) => address.endsWith(".wasm")), "nothing is loaded before the first touch");
    const woken = page.waitForResponse((answer) => answer.url().includes(".wasm"));
    const field = page.locator('main input[name="q"]').first();
    await field.focus();
    await woken;
    const option = page.locator('[role="option"]').first();
    for (let tries = 0; tries < 20 && !(await option.count()); tries += 1) {
      await field.fill("");
      await field.pressSequentially("footno", { delay: 20 });
      await page.waitForTimeout(250);
    }
    assert.match(await option.innerText(), /footnotes/i);
    await page.keyboard.press("ArrowDown");
    assert.equal(await option.getAttribute("aria-selected"), "true");
    assert.equal(await field.getAttribute("aria-activedescendant"), await option.getAttribute("id"));
    await page.keyboard.press("Enter");
    await page.waitForURL("**/notes/**");
    assertQuiet(page);
  });

  await t.test("the whole of reading by keyboard", async () => {
    const page = await browser.page(site, { javaScript: "on" });
    await open(page, "/notes");
    await page.keyboard.press("Tab");
    const skip = page.locator(":focus");
    assert.match(await skip.innerText(), /skip/i);
    await page.keyboard.press("Enter");
    assert.match(page.url(), /#/);
    await page.keyboard.press("Tab");
    assert.ok(await page.evaluate(() => document.querySelector("main").contains(document.activeElement)), "past the navigation");
    await page.keyboard.press("Enter");
    await page.waitForLoadState("load");
    assertQuiet(page);
  });
});

test("the whole of writing by keyboard", async (t) => {
  const site = await startSite(t);
  const browser = await startBrowser(t);
  const session = await claim(browser, site);
  const page = await browser.page(site, { session });
  const tabTo = async (name) => {
    for (let presses = 0; presses < 60; presses += 1) {
      const focused = page.locator(":focus");
      if ((await focused.count()) && (await focused.getAttribute("name")) === name) return;
      await page.keyboard.press("Tab");
    }
    assert.fail(`${name} is not reached with Tab`);
  };
  await open(page, "/desk/notes/new");
  await tabTo("title");
  await page.keyboard.type("By keyboard");
  await tabTo("body");
  await page.keyboard.type("Nothing needs the mouse.");
  await tabTo("action");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/desk\/notes\/[0-9a-f-]{36}/);
  assert.equal(await page.locator('[name="body"]').inputValue(), "Nothing needs the mouse.");
  assertQuiet(page);
});
