// The desk without a network: written, reloaded, begun anew, listed, sent when the network is back; and forgotten with
// signing out.
import assert from "node:assert/strict";
import http from "node:http";
import test from "node:test";
import { assertQuiet, claim, fill, open, signIn, startBrowser, submit, write } from "../support/browser.mjs";
import { idOf, line, openEditor, saved, says, startFarSite, started, stored, text, type } from "../support/editor.mjs";
import { pause, soon } from "../support/site.mjs";
import { readRecords } from "../torture/device.mjs";

const body = "The first paragraph.\n\nThe second paragraph.";
const shell = ["/desk", "/desk/notes", "/desk/notes/new", "/desk/offline"];

/** Waits until the desk can do without the network. */
async function keptWhole(page) {
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => {}));
  await soon(async () => {
    const missing = await page.evaluate(async (paths) => {
      const cache = await caches.open("commonplace pages");
      const there = await Promise.all(paths.map((path) => cache.match(path, { ignoreVary: true })));
      return paths.filter((_, at) => !there[at]);
    }, shell);
    assert.deepEqual(missing, []);
    assert.ok(await page.evaluate(() => navigator.serviceWorker.controller !== null), "the page is served by the worker");
  });
}

/** What the browser says by itself when it cannot reach an address is no trouble of the page's. */
function assertCalm(page) {
  page.trouble = page.trouble.filter((words) => !/net::ERR_|Failed to load resource|FetchEvent/.test(words));
  assertQuiet(page);
}

/** The same site after an update: another worker, and without one of its files. Answers which. */
async function renew(t, site) {
  const gone = JSON.parse((await (await fetch(`${site.near}/sw.js`)).text()).match(/^const ASSETS = (.*);$/m)[1]).find((name) => /farewell.*wasm$/.test(name));
  const server = http.createServer((request, response) => {
    const { method, url: path, headers } = request;
    if (path === gone) return void response.writeHead(404).end();
    const asked = http.request(site.near + path, { method, headers: { ...headers, "accept-encoding": "identity" } }, async (answer) => {
      let sent = Buffer.concat(await answer.toArray());
      if (path === "/sw.js") {
        sent = Buffer.from(String(sent).replace(/const BUILD = ".*"/, 'const BUILD = "renewed"').replace(`"${gone}"`, '"/pkg/nothing"').replace(',"/pkg/nothing"', ""));
      }
      const rest = Object.entries(answer.headers).filter(([name]) => !["content-length", "transfer-encoding", "etag"].includes(name));
      response.writeHead(answer.statusCode, Object.fromEntries(rest)).end(sent);
    });
    request.pipe(asked);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  site.network.target = `http://127.0.0.1:${server.address().port}`;
  return { gone };
}

test("without a network", async (t) => {
  const site = await startFarSite(t);
  const browser = await startBrowser(t);
  const session = await claim(browser, site);
  t.beforeEach(() => site.network.heal());
  const desk = async () => browser.page(site, { session, javaScript: "on" });

  await t.test("a session is written offline, reloaded twice, and published when the network is back", async () => {
    const page = await desk();
    const address = await write(await browser.page(site, { session }), { title: "On the train", body, action: "save" });
    await openEditor(page, address);
    await keptWhole(page);
    await type(page, "\n\nBefore the tunnel.");
    await says(page, saved);
    await site.network.down();
    await type(page, "\n\nIn the tunnel.");
    await says(page, /offline since .* on this device/);
    for (const words of ["after one reload", "after two reloads"]) {
      await page.reload();
      await started(page);
      assert.match(await text(page), /In the tunnel\./, words);
      await type(page, `\n\nMore ${words}.`);
      await says(page, /offline since .* on this device/);
    }
    const written = await text(page);
    assert.match(written, /More after one reload\.\n\nMore after two reloads\.$/);
    await site.network.up();
    await says(page, saved, 40_000);
    assert.equal((await stored(site, session, idOf(address))).body, written);
    await page.locator('button[name="action"][value="publish"]').click();
    await says(page, /^published/);
    assertCalm(page);
    await page.context().close();
  });

  await t.test("the preview works offline though it was never opened before", async () => {
    const page = await desk();
    const address = await write(await browser.page(site, { session }), { title: "Seen offline", body, action: "save" });
    await openEditor(page, address);
    await keptWhole(page);
    await site.network.down();
    await type(page, "\n\nIn the **tunnel**.");
    await page.keyboard.press("Control+e");
    assert.equal(await page.locator("#preview strong").innerText(), "tunnel");
    assertCalm(page);
    await page.context().close();
  });

  await t.test("a note is begun offline, found on the desk, and is one note afterwards", async () => {
    const page = await desk();
    await open(page, "/desk");
    await keptWhole(page);
    await site.network.down();
    await page.goto("/desk/notes/new");
    await started(page);
    await page.locator("#title").fill("Begun offline");
    await type(page, "Nobody else has this yet.");
    await says(page, /on this device/);
    await page.goto("/desk");
    const link = page.getByRole("region", { name: "On this device only" }).getByRole("link", { name: "Begun offline" });
    await link.waitFor();
    await link.click();
    await started(page);
    assert.equal(await text(page), "Nobody else has this yet.");
    assert.equal(await page.locator("#title").inputValue(), "Begun offline");
    await site.network.up();
    await says(page, saved, 40_000);
    await soon(async () => {
      await open(page, "/desk/notes");
      assert.equal(await page.getByRole("link", { name: "Begun offline" }).count(), 1);
    });
    await open(page, "/desk");
    await pause(1_000);
    assert.equal(await page.getByRole("region", { name: "On this device only" }).count(), 0, "nothing is unsent");
    assertCalm(page);
    await page.context().close();
  });

  await t.test("what is kept opens, what is not says so, and nothing pretends to be an empty note", async () => {
    const page = await desk();
    const plain = await browser.page(site, { session });
    const known = await write(plain, { title: "Opened lately", body, action: "save" });
    const unknown = await write(plain, { title: "Never opened here", body, action: "save" });
    await openEditor(page, known);
    await keptWhole(page);
    await page.reload();
    await started(page);
    await site.network.down();
    await page.goto(known);
    await started(page);
    assert.equal(await text(page), body);
    for (const address of [unknown, "/desk/settings"]) {
      await page.goto(address);
      await page.getByRole("heading", { name: "This page needs the network" }).waitFor();
    }
    await page.goto("/desk/notes");
    assert.match(page.url(), /\/desk\/notes$/);
    await site.network.up();
    await page.context().close();
  });

  await t.test("a network that hangs is waited for no longer than a moment", async () => {
    const page = await desk();
    await open(page, "/desk");
    await keptWhole(page);
    site.network.rule = { kind: "silent" };
    const asked = Date.now();
    await page.goto("/desk/notes/new");
    await started(page);
    assert.ok(Date.now() - asked < 10_000, `${Date.now() - asked} ms`);
    await site.network.heal();
    await page.context().close();
  });

  await t.test("a portal's page is not kept in the place of ours", async () => {
    const page = await desk();
    await open(page, "/desk");
    await keptWhole(page);
    site.network.rule = { kind: "portal" };
    for (let tries = 0; tries < 4; tries += 1) await page.goto("/desk").catch(() => {});
    await site.network.down();
    await page.goto("/desk");
    assert.doesNotMatch(await page.locator("body").innerText(), /hotel/);
    await page.locator(".desk-nav").waitFor();
    await site.network.heal();
    await page.context().close();
  });

  await t.test("visitors' pages are not its business", async () => {
    const page = await desk();
    await open(page, "/desk");
    await keptWhole(page);
    await open(page, "/");
    assert.equal(await page.evaluate(() => navigator.serviceWorker.controller), null);
    const kept = await page.evaluate(async () => {
      const names = await caches.keys();
      const keys = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
      return keys.flat().map(({ url }) => new URL(url).pathname);
    });
    assert.deepEqual(kept.filter((path) => !path.startsWith("/pkg/") && !path.startsWith("/desk")), []);
    await page.context().close();
  });

  await t.test("a renewed site strands no page that is open, and clears up after the last", async () => {
    const page = await desk();
    const address = await write(await browser.page(site, { session }), { title: "Open for days", body, action: "save" });
    await openEditor(page, address);
    await keptWhole(page);
    const renewed = await renew(t, site);
    const names = () => page.evaluate(async () => (await caches.keys()).filter((name) => name.includes("assets")));
    const before = await names();
    assert.equal(before.length, 1);
    await page.evaluate(async () => (await navigator.serviceWorker.getRegistration("/desk")).update());
    await soon(async () => {
      assert.ok(await page.evaluate(async () => (await navigator.serviceWorker.getRegistration("/desk")).waiting !== null));
    });
    assert.equal((await fetch(site.origin + renewed.gone)).status, 404, "the site has it no more");
    assert.equal(await page.evaluate(async (gone) => (await fetch(gone)).status, renewed.gone), 200, "the device has");
    await type(page, " Still saved.");
    await says(page, saved);
    const context = page.context();
    await page.close();
    const next = await context.newPage();
    await soon(async () => {
      await next.goto("/desk");
      const left = await next.evaluate(async () => (await caches.keys()).filter((name) => name.includes("assets")));
      assert.deepEqual(left, ["commonplace assets renewed"]);
    });
    site.network.target = site.near;
    await context.close();
  });

  await t.test("a session that ended elsewhere takes the kept pages with it", async () => {
    const page = await desk();
    await open(page, "/desk");
    await keptWhole(page);
    await page.context().clearCookies();
    await page.goto("/desk");
    assert.match(page.url(), /\/sign-in/);
    await soon(async () => assert.equal(await page.evaluate(() => caches.has("commonplace pages")), false));
    await page.context().close();
  });

  await t.test("signing out leaves nothing of the desk, and loses nothing", async () => {
    const page = await desk();
    const plain = await browser.page(site, { session });
    await openEditor(page, await write(plain, { title: "All sent", body, action: "save" }));
    await type(page, " Sent.");
    await says(page, saved);
    const address = await write(plain, { title: "Half sent", body, action: "save" });
    await openEditor(page, address);
    await keptWhole(page);
    await type(page, " Sent.");
    await says(page, saved);
    await site.network.down();
    await type(page, " Not sent.");
    await says(page, /offline since/);
    await site.network.up();
    // Away before it is sent: the text stays behind on the device.
    site.network.rule = { kind: "silent" };
    await page.goto("/desk");
    await page.getByRole("link", { name: "Half sent" }).first().waitFor();
    await site.network.heal();
    const status = await submit(page, page.locator('form[action="/sign-out"] button').first());
    assert.equal(status, 200);
    assert.match(page.url(), /\/signed-out$/);
    await page.getByText("1 note has text that only this device has").waitFor();
    const left = new Set((await page.evaluate(readRecords)).map(({ key }) => key[0]));
    assert.deepEqual([...left], [idOf(address)], "what the site has is on the device no more");
    assert.doesNotMatch(await page.locator("main").innerText(), /Half sent/, "whoever comes next reads no title");
    await soon(async () => {
      const left = await page.evaluate(async () => [await caches.keys(), (await navigator.serviceWorker.getRegistrations()).length]);
      assert.deepEqual(left, [[], 0]);
    });
    await page.goto("/desk");
    assert.match(page.url(), /\/sign-in/);
    await signIn(page);
    await open(page, "/desk");
    await page.getByRole("region", { name: "On this device only" }).getByRole("link", { name: "Half sent" }).click();
    await started(page);
    const here = `${await text(page)} ${await page.locator(".offers").innerText().catch(() => "")}`;
    assert.match(here, /Not sent\./);
    await page.context().close();
  });
});
