// After a crash, a reload, a copied tab, on a device that keeps nothing: where the text is, and what is said about it.
import assert from "node:assert/strict";
import test from "node:test";
import { claim, open, startBrowser, write } from "../support/browser.mjs";
import { caretAfter, idOf, openEditor, saved, says, startFarSite, started, stored, text, type, versions } from "../support/editor.mjs";
import { pause, soon } from "../support/site.mjs";
import { readRecords, replay } from "../torture/device.mjs";

const body = "The first paragraph.\n\nThe second paragraph.\n\nThe third paragraph.";

const full = () => {
  const no = () => {
    throw new DOMException("The quota has been exceeded.", "QuotaExceededError");
  };
  IDBObjectStore.prototype.put = no;
  IDBObjectStore.prototype.add = no;
};
const unavailable = () => {
  Object.defineProperty(window, "indexedDB", { get() { throw new DOMException("denied", "SecurityError"); } });
};
const broken = () => {
  if (sessionStorage.getItem("mended")) return;
  const open = IDBFactory.prototype.open;
  IDBFactory.prototype.open = function (name, version) {
    if (name !== "commonplace") return open.call(this, name, version);
    const request = new EventTarget();
    request.error = new DOMException("Internal error opening backing store.", "UnknownError");
    setTimeout(() => request.onerror?.(new Event("error")));
    return request;
  };
};
const clearLogs = () =>
  new Promise((resolve) => {
    const opening = indexedDB.open("commonplace");
    opening.onsuccess = () => {
      const cleared = opening.result.transaction("log", "readwrite");
      cleared.objectStore("log").clear();
      cleared.oncomplete = () => resolve(opening.result.close());
    };
  });
const withoutLocks = () => Object.defineProperty(Navigator.prototype, "locks", { get: () => undefined });

test("where the text is", async (t) => {
  const site = await startFarSite(t);
  const browser = await startBrowser(t);
  const session = await claim(browser, site);
  t.beforeEach(() => site.network.heal());
  const plain = await browser.page(site, { session });
  const tab = async (script) => {
    const page = await browser.page(site, { session, javaScript: "on" });
    if (script) await page.addInitScript(script);
    return page;
  };
  const fresh = (title) => write(plain, { title, body, action: "save" });
  const kept = async (page) => replay(await page.evaluate(readRecords));

  /** A note, and a tab that crashed over it 200 ms after its last word, before the site had any of it. */
  async function crashed(title, words) {
    const address = await fresh(title);
    const page = await tab();
    await openEditor(page, address);
    await site.network.down();
    await type(page, words);
    await pause(200);
    const debug = await page.context().newCDPSession(page);
    void debug.send("Page.crash").catch(() => {});
    await pause(500);
    await site.network.up();
    return { address, page, context: page.context() };
  }

  async function opened({ context, address }) {
    const page = await context.newPage();
    page.trouble = [];
    await openEditor(page, address);
    return page;
  }

  await t.test("a reloaded tab goes on where it was", async () => {
    const address = await fresh("Reloaded");
    const page = await tab();
    await openEditor(page, address);
    await site.network.down();
    await caretAfter(page, "The second");
    await page.keyboard.type(" and longest");
    await says(page, /offline since/);
    await site.network.up();
    await page.reload();
    await started(page);
    assert.match(await text(page), /The second and longest paragraph/);
    const at = await page.locator("#body").evaluate((field) => field.selectionStart);
    assert.equal(at, body.indexOf("The second") + "The second and longest".length);
    await says(page, saved, 20_000);
    assert.match((await stored(site, session, idOf(address))).body, /longest/);
    await page.context().close();
  });

  await t.test("a page that is left at once is sent, and the desk does not say otherwise", async () => {
    const address = await fresh("Left at once");
    const page = await tab();
    await openEditor(page, address);
    await type(page, " The last words.");
    await page.goto("/desk");
    await soon(async () => assert.match((await stored(site, session, idOf(address))).body, /The last words\.$/));
    await pause(1_500);
    await soon(async () => assert.equal(await page.getByRole("region", { name: "On this device only" }).count(), 0));
    await openEditor(page, address);
    assert.match(await text(page), /The last words\.$/);
    await page.context().close();
  });

  await t.test("after a crash the text of 200 ms ago is offered: use it", async () => {
    const lost = await crashed("Crashed", " And what was typed just before the crash.");
    const page = await opened(lost);
    const offer = page.getByRole("region", { name: "Text that only this device has" });
    await offer.waitFor();
    assert.match(await offer.locator(".diff ins").first().innerText(), /And what was typed just before the crash\./);
    assert.equal(await text(page), body, "nothing is put in place unasked");
    await offer.getByRole("button", { name: "Use it" }).click();
    assert.match(await text(page), /just before the crash\.$/);
    await says(page, saved);
    await soon(async () => assert.match((await stored(site, session, idOf(lost.address))).body, /just before the crash\.$/));
    await page.reload();
    await started(page);
    await pause(500);
    assert.equal(await offer.count(), 0, "what was taken is not offered again");
    await lost.context.close();
  });

  await t.test("merge it, where the site has moved on", async () => {
    const lost = await crashed("Crashed and changed", " Typed before the crash.");
    await open(plain, lost.address);
    await plain.locator("#body").fill(body.replace("first", "foremost"));
    await plain.locator('button[value="save"]').click();
    await plain.waitForLoadState("load");
    const page = await opened(lost);
    await page.getByRole("button", { name: "Merge it" }).click();
    const both = `${body.replace("first", "foremost")} Typed before the crash.`;
    assert.equal(await text(page), both);
    await soon(async () => assert.equal((await stored(site, session, idOf(lost.address))).body, both));
    await lost.context.close();
  });

  await t.test("keep it as a version", async () => {
    const lost = await crashed("Crashed and kept", " For the history.");
    const page = await opened(lost);
    await page.getByRole("button", { name: "Keep as a version" }).click();
    await page.getByText("It is a version in the history now.").waitFor();
    assert.equal(await text(page), body);
    const all = await versions(site, session, idOf(lost.address));
    assert.ok(all.includes(`${body} For the history.`), all.join("\n---\n"));
    assert.equal((await stored(site, session, idOf(lost.address))).body, body);
    await lost.context.close();
  });

  await t.test("discard it, and have it back", async () => {
    const lost = await crashed("Crashed and discarded", " Thrown away.");
    const page = await opened(lost);
    const offer = page.getByRole("region", { name: "Text that only this device has" });
    await offer.getByRole("button", { name: "Discard" }).click();
    await page.getByRole("button", { name: "Undo" }).click();
    await offer.getByRole("button", { name: "Use it" }).waitFor();
    assert.match(await offer.innerText(), /Thrown away\./);
    await offer.getByRole("button", { name: "Discard" }).click();
    await page.getByText("Discarded.").waitFor();
    await page.reload();
    await started(page);
    await pause(500);
    assert.equal(await page.locator(".offer").count(), 0);
    // Until its week is over the desk has it, whichever tab it was.
    const desk = await lost.context.newPage();
    desk.trouble = [];
    await open(desk, "/desk");
    await desk.getByText(/Discarded on this device in the last week: 1 text/).click();
    assert.match(await desk.locator(".discarded li").innerText(), /Crashed and discarded[\s\S]*discarded .* · 2 words more/);
    await desk.getByRole("button", { name: "Bring back Crashed and discarded" }).click();
    await desk.waitForURL(`**${lost.address}`);
    await desk.getByRole("button", { name: "Use it" }).click();
    await says(desk, saved);
    assert.equal((await stored(site, session, idOf(lost.address))).body, `${body} Thrown away.`);
    await open(desk, "/desk");
    await pause(500);
    assert.equal(await desk.locator(".discarded").count(), 0, "what was used is not discarded");
    await lost.context.close();
  });

  await t.test("what is typed before the editor is awake is kept, and offered where its page is gone", async () => {
    const address = await fresh("Typed early");
    // The line gives everything but the editor itself, until the page is told to wake.
    const page = await tab(() => {
      const told = new Promise((resolve) => (window.wake = resolve));
      for (const name of ["instantiate", "instantiateStreaming"]) {
        const real = WebAssembly[name].bind(WebAssembly);
        WebAssembly[name] = (...given) => told.then(() => real(...given));
      }
    });
    const asleep = async (where, words) => {
      await open(page, where);
      await page.waitForFunction(() => performance.getEntriesByType("resource").some(({ name }) => /early/.test(name)));
      await pause(300);
      await page.locator("#body").focus();
      await page.keyboard.press("Control+End");
      await page.keyboard.type(words);
      await pause(200);
    };
    const awake = async (where) => {
      if (where) await open(page, where);
      await page.evaluate(() => window.wake());
      await started(page);
    };
    const left = () => page.evaluate(() => Object.keys(localStorage).filter((name) => name.startsWith("commonplace early")));
    await asleep(address, " Too early.");
    await asleep("/desk/notes/new", "A new one, early.");
    const made = new URL(page.url());
    assert.match(made.search, /^\?key=[0-9a-f-]{36}$/, "a new note has its name from the first key");
    assert.equal((await left()).length, 2);
    await awake(address);
    const offer = page.getByRole("region", { name: "Text that only this device has" });
    assert.match(await offer.innerText(), /Too early\./);
    await offer.getByRole("button", { name: "Use it" }).click();
    await says(page, saved);
    assert.equal((await stored(site, session, idOf(address))).body, `${body} Too early.`);
    await awake(made.pathname + made.search);
    assert.equal(await text(page), "A new one, early.");
    await says(page, saved);
    assert.deepEqual(await left(), []);
    // And where the editor wakes up in time, it takes the text over.
    await asleep(address, " In time.");
    assert.equal((await left()).length, 1);
    await awake();
    await says(page, saved, 20_000);
    assert.match(await text(page), / In time\.$/);
    assert.deepEqual(await left(), []);
    await page.context().close();
  });

  await t.test("a copied tab writes a log of its own, and both texts arrive", async () => {
    const address = await fresh("Copied");
    const page = await tab();
    await openEditor(page, address);
    const opening = page.context().waitForEvent("page");
    // Opened by a script, a tab begins with a copy of its opener's session storage, as a duplicated one does.
    await page.evaluate(() => void window.open(location.href));
    const copy = await opening;
    await started(copy);
    await type(copy, " From the copy.");
    await says(copy, saved);
    await caretAfter(page, "The first");
    await page.keyboard.type(" of all");
    await says(page, saved);
    const both = `${body.replace("The first", "The first of all")} From the copy.`;
    await soon(async () => assert.equal((await stored(site, session, idOf(address))).body, both));
    const ids = await Promise.all([page, copy].map((one) => one.evaluate(() => sessionStorage.getItem("commonplace-tab"))));
    assert.notEqual(ids[0], ids[1]);
    assert.equal(new Set((await kept(page)).filter(({ note }) => note === idOf(address)).map(({ tab }) => tab)).size, 2);
    await soon(async () => {
      for (const one of [page, copy]) assert.equal(await text(one), both);
    });
    await page.context().close();
  });

  await t.test("the text of a tab that lives is not offered to another", async () => {
    const address = await fresh("Alive");
    const page = await tab();
    await openEditor(page, address);
    await site.network.down();
    await type(page, " Still being written.");
    await says(page, /on this device/);
    await site.network.up();
    site.network.rule = { kind: "busy", seconds: 60 };
    await pause(300);
    await site.network.heal();
    const other = await page.context().newPage();
    await openEditor(other, address);
    await pause(500);
    assert.equal(await other.locator(".offer").count(), 0);
    await page.context().close();
  });

  for (const [why, script, words] of [
    ["has no room", full, /nothing is kept on this device: this device has no room left/],
    ["keeps nothing for this site", unavailable, /nothing is kept on this device: the browser keeps nothing/],
  ]) {
    await t.test(`a device that ${why}: it is said, and the text goes to the site`, async () => {
      const address = await fresh(`Nowhere: ${why}`);
      const page = await tab(script);
      await openEditor(page, address);
      await type(page, " Typed all the same.");
      const said = await says(page, saved);
      assert.match(said, words);
      assert.match((await stored(site, session, idOf(address))).body, /Typed all the same\.$/);
      await site.network.down();
      await type(page, " In this page only.");
      await says(page, /not kept anywhere|in this page only/);
      await site.network.up();
      await says(page, saved, 40_000);
      assert.match((await stored(site, session, idOf(address))).body, /In this page only\.$/);
      await page.context().close();
    });
  }

  await t.test("a database that cannot be opened is left alone, another is begun, and it comes home", async () => {
    const address = await fresh("Broken");
    const page = await tab(broken);
    await openEditor(page, address);
    await site.network.down();
    await type(page, " Kept beside.");
    await says(page, /on this device/);
    const names = await page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name));
    assert.ok(names.includes("commonplace-2"), names.join());
    await site.network.up();
    const context = page.context();
    await page.close();
    const again = await context.newPage();
    await openEditor(again, address);
    assert.match(`${await text(again)} ${await again.locator(".offers").innerText().catch(() => "")}`, /Kept beside\./);
    await context.close();
  });

  await t.test("neither text of a tab is written over where its first database could not be opened for a while", async () => {
    const address = await fresh("Broken for a while");
    const page = await tab();
    site.network.rule = { kind: "broken", only: "/api/fn/notes/autosave" };
    await openEditor(page, address);
    await type(page, " Kept at home.");
    await says(page, /on this device/);
    await page.addInitScript(broken);
    await openEditor(page, address);
    assert.equal(await text(page), body, "the first database cannot be read");
    await type(page, " Kept beside.");
    await says(page, /on this device/);
    await page.evaluate(() => sessionStorage.setItem("mended", "yes"));
    await openEditor(page, address);
    await soon(async () => {
      const shown = `${await text(page)} ${(await page.locator(".offers").allInnerTexts()).join(" ")}`;
      assert.match(shown, /Kept at home\./);
      assert.match(shown, /beside\./);
    });
    await page.context().close();
  });

  await t.test("what is removed from under a tab that lives is written anew", async () => {
    const address = await fresh("Removed");
    const page = await tab();
    await openEditor(page, address);
    await site.network.down();
    await type(page, " Before.");
    await says(page, /on this device/);
    await page.evaluate(clearLogs);
    assert.deepEqual(await kept(page), []);
    await type(page, " After.");
    await pause(600);
    const texts = (await kept(page)).map(({ fields }) => fields.body);
    assert.ok(texts.some((body) => body.endsWith(" Before. After.")), texts.join(" | "));
    await says(page, /on this device/);
    await page.context().close();
  });

  await t.test("text of a note that was removed for good can be gone on with", async () => {
    const lost = await crashed("Removed for good", " Only here.");
    for (const [path, action] of [[lost.address, "trash"], ["/desk/trash", "purge"]]) {
      await open(plain, lost.address, 200);
      const asked = await plain.request.post(`${site.origin}${path}`, {
        form: { id: idOf(lost.address), action },
        headers: { origin: site.origin },
        maxRedirects: 0,
      });
      assert.equal(asked.status(), 303);
    }
    const page = await lost.context.newPage();
    page.trouble = [];
    await open(page, lost.address, 404);
    await page.getByRole("link", { name: "Write on with what this device has" }).click();
    await started(page);
    await page.getByRole("button", { name: "Use it" }).click();
    assert.match(await text(page), /Only here\.$/);
    await says(page, /the note is gone from the site/);
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await says(page, saved, 20_000);
    assert.match((await stored(site, session, idOf(lost.address))).body, /Only here\.$/);
    await lost.context.close();
  });

  await t.test("over plain HTTP, without locks, the tabs are asked", async () => {
    const address = await fresh("Without locks");
    const page = await tab();
    await page.context().addInitScript(withoutLocks);
    await openEditor(page, address);
    await site.network.down();
    await type(page, " Unsent.");
    await says(page, /on this device/);
    await site.network.up();
    const opening = page.context().waitForEvent("page");
    await page.evaluate(() => void window.open(location.href));
    const copy = await opening;
    await started(copy);
    await pause(300);
    assert.equal(await copy.locator(".offer").count(), 0, "its tab lives");
    const ids = await Promise.all([page, copy].map((one) => one.evaluate(() => sessionStorage.getItem("commonplace-tab"))));
    assert.notEqual(ids[0], ids[1]);
    await page.context().close();
  });
});
