// What bad input gets: whatever goes wrong, every typed character stays in place and the line says what is so.
import assert from "node:assert/strict";
import test from "node:test";
import { claim, fill, open, press, signIn, startBrowser, write } from "../support/browser.mjs";
import { caretAfter, idOf, line, neverSays, openEditor, saved, says, startFarSite, stored, text, type } from "../support/editor.mjs";
import { pause, soon } from "../support/site.mjs";


test("bad input and bad luck", async (t) => {
  const site = await startFarSite(t);
  const { network } = site;
  const browser = await startBrowser(t);
  const session = await claim(browser, site);
  let count = 0;
  t.beforeEach(() => network.heal());

  /** A note in the editor of a page of its own. */
  const writing = async (body = "It begins.") => {
    const page = await browser.page(site, { session, javaScript: "on" });
    count += 1;
    const desk = await write(page, { title: `Note ${count}`, body, action: "save", visibility: "private" });
    await openEditor(page, desk);
    return { page, id: idOf(desk), desk };
  };
  const another = async (page) => Object.assign(await page.context().newPage(), { javaScript: "on" });
  const has = (id, words) => soon(async () => assert.ok((await stored(site, session, id)).body.includes(words), "the site has it"));
  const saves = () => network.log.filter(({ path }) => path.startsWith("/api/fn/notes/autosave"));
  const healed = async (kept) => {
    await network.heal();
    return kept;
  };

  /** While the network is like this nothing is said to be saved, and all of it stands in its field; then it is saved. */
  const survives = (rule, { words, during = 3_500 }) => async () => {
    const { page, id } = await writing();
    network.rule = rule;
    await type(page, " Typed while it was bad.");
    const said = await neverSays(page, saved, during);
    assert.ok(said.some((words) => /on this device/i.test(words)), `it is on this device: ${said.join(" | ")}`);
    if (words) assert.ok(said.some((line) => words.test(line)), `it says why: ${said.join(" | ")}`);
    assert.equal(await text(page), "It begins. Typed while it was bad.");
    await healed();
    await says(page, saved, 45_000);
    await has(id, "Typed while it was bad.");
    assert.equal(await text(page), "It begins. Typed while it was bad.");
    assert.equal((await stored(site, session, id)).body, "It begins. Typed while it was bad.", "once, and nothing else");
    await page.context().close();
  };

  await t.test("a fault of the script itself: it is said, and the plain form works", async () => {
    const { page, id } = await writing();
    await page.evaluate(() => {
      performance.now = () => {
        throw new Error("Something is broken.");
      };
    });
    await type(page, " Typed after the fault.");
    assert.match(await says(page, /has failed/), /press Save/);
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.waitForURL(/done=saved/);
    await has(id, "Typed after the fault.");
    page.trouble.length = 0;
    await page.context().close();
  });

  await t.test("a fault that passes is no longer said", async () => {
    const { page, id } = await writing();
    await page.evaluate(() => {
      window.sound = performance.now.bind(performance);
      performance.now = () => {
        throw new Error("Something is broken.");
      };
    });
    await type(page, " During.");
    await says(page, /has failed/);
    await page.evaluate(() => (performance.now = window.sound));
    await type(page, " After.");
    await says(page, saved);
    await has(id, "During. After.");
    page.trouble.length = 0;
    await page.context().close();
  });

  await t.test("an answer of 500", survives({ kind: "broken" }, {}));
  await t.test("the page of a hotel's portal instead of JSON", survives({ kind: "portal" }, {}));
  await t.test("nobody answers the call", async () => {
    const { page, id } = await writing();
    await network.down();
    await type(page, " With no site.");
    assert.match((await neverSays(page, saved, 3_500)).join(" "), /offline since/);
    await network.up();
    await says(page, saved, 45_000);
    await has(id, "With no site.");
    await page.context().close();
  });

  await t.test("a response that never comes", async () => {
    const { page, id } = await writing();
    network.rule = { kind: "silent" };
    await type(page, " Into the void.");
    await neverSays(page, saved, 4_000);
    await type(page, " And more.");
    await says(page, /offline since .*on this device/, 60_000);
    await healed();
    await says(page, saved, 45_000);
    await has(id, "Into the void. And more.");
    await page.context().close();
  });

  await t.test("an answer that is lost: the same save goes out again and is kept once", survives({ kind: "lost" }, {}));

  await t.test("a response that comes twice", async () => {
    const { page, id } = await writing();
    network.rule = { kind: "duplicate" };
    await type(page, " Only once.");
    await says(page, saved);
    await type(page, " And this.");
    await says(page, saved);
    await pause(2_500);
    await healed();
    await has(id, "And this.");
    assert.equal((await stored(site, session, id)).body, "It begins. Only once. And this.");
    assert.equal(await text(page), "It begins. Only once. And this.");
    await page.context().close();
  });

  await t.test("503 with Retry-After is heeded", async () => {
    const { page, id } = await writing();
    network.rule = { kind: "busy", seconds: 4 };
    await type(page, " Later, please.");
    await soon(() => assert.ok(saves().some(({ status }) => status === 503), "it was tried"));
    const first = saves().findLast(({ status }) => status === 503);
    await neverSays(page, saved, 3_400);
    const between = saves().filter(({ at }) => at > first.at + 50 && at < first.at + 3_900);
    assert.deepEqual(between, [], "nothing is asked before that time");
    await healed();
    await says(page, saved, 15_000);
    await has(id, "Later, please.");
    await page.context().close();
  });

  await t.test("a text of 300 KiB is refused in words, stays whole, and is saved once it is shorter", async () => {
    const { page, id } = await writing();
    const long = `${"word ".repeat(61_440)}end`;
    await page.locator("#body").focus();
    await page.evaluate((words) => document.execCommand("insertText", false, words), long);
    await type(page, " And then this.");
    const whole = (await text(page)).length;
    assert.match(await says(page, /refused/, 15_000), /256/);
    assert.equal((await text(page)).length, whole);
    assert.equal((await stored(site, session, id)).body, "It begins.");
    await page.locator("#body").evaluate((field) => field.setSelectionRange(20, 100_020));
    await page.keyboard.press("Delete");
    await says(page, saved, 20_000);
    assert.equal((await stored(site, session, id)).body.length, whole - 100_000);
    await page.context().close();
  });

  for (const [name, by] of [["ahead", 86_400_000], ["back", -86_400_000]]) {
    await t.test(`a clock that jumps a day ${name}`, async () => {
      const { page, id } = await writing();
      await type(page, " Before.");
      await says(page, saved);
      await page.evaluate((shift) => {
        const now = Date.now;
        Date.now = () => now() + shift;
      }, by);
      await type(page, " After.");
      await soon(async () => assert.equal((await stored(site, session, id)).body, "It begins. Before. After."));
      await says(page, saved);
      await page.context().close();
    });
  }

  await t.test("a session that has ended: sign in to save, and then it is saved", async () => {
    const { page, id } = await writing();
    await page.context().clearCookies();
    await type(page, " Nobody in particular.");
    assert.match(await says(page, /sign in/i), /on this device/);
    assert.equal(await text(page), "It begins. Nobody in particular.");
    const other = await another(page);
    await open(other, "/sign-in");
    await signIn(other);
    await other.close();
    await page.bringToFront();
    await says(page, saved, 45_000);
    await has(id, "Nobody in particular.");
    await page.context().close();
  });

  await t.test("a note that is trashed in another tab goes on being saved, and says where it is", async () => {
    const { page, id, desk } = await writing();
    const other = await another(page);
    await open(other, desk);
    await press(other, "trash");
    await other.close();
    await type(page, " From the trash.");
    await says(page, saved, 15_000);
    const note = await stored(site, session, id);
    assert.equal(note.body, "It begins. From the trash.");
    assert.ok(note.trashed, "it stays in the trash");
    assert.match(await page.locator("body").innerText(), /trash/i);
    await page.context().close();
  });

  await t.test("a note that is renamed in another tab keeps its new name and the text typed here", async () => {
    const { page, id, desk } = await writing();
    const other = await another(page);
    await open(other, desk);
    await fill(other, "slug", "another-name");
    await fill(other, "title", "Another name");
    await press(other, "save");
    await other.close();
    await type(page, " Under the old name.");
    await soon(async () => assert.equal((await stored(site, session, id)).body, "It begins. Under the old name."));
    const note = await stored(site, session, id);
    assert.equal(note.title, "Another name");
    assert.equal(note.slug, "another-name");
    await page.context().close();
  });

  await t.test("storage that throws: it says so, saves all the same, and says when nothing keeps the text", async () => {
    const { page, id } = await writing();
    await page.evaluate(() => {
      const fail = () => {
        throw new DOMException("out of order", "UnknownError");
      };
      Object.assign(IDBDatabase.prototype, { transaction: fail });
      Object.assign(IDBFactory.prototype, { open: fail });
    });
    await type(page, " Not on this device.");
    await says(page, /not on this device|in this page only|not kept/i);
    await soon(async () => assert.equal((await stored(site, session, id)).body, "It begins. Not on this device."));
    await network.down();
    await type(page, " Nowhere.");
    await says(page, /not kept anywhere|in this page only/i, 20_000);
    assert.equal(await text(page), "It begins. Not on this device. Nowhere.");
    await network.up();
    await says(page, saved, 45_000);
    await has(id, "Nowhere.");
    await page.context().close();
  });

  await t.test("a tab that the browser threw away offers its text when it is opened again", async () => {
    const { page, id, desk } = await writing();
    await network.down();
    await type(page, " Thrown away.");
    await says(page, /on this device/);
    const debug = await page.context().newCDPSession(page);
    await debug.send("Page.setWebLifecycleState", { state: "frozen" });
    debug.send("Page.crash").catch(() => {});
    await pause(300);
    await network.up();
    const again = await page.context().newPage();
    await openEditor(again, desk);
    await soon(async () => assert.match(`${await again.locator("body").innerText()} ${await text(again)}`, /Thrown away\./));
    const offer = again.locator(".offer button:visible").first();
    if (await offer.count()) await offer.click();
    await soon(async () => assert.equal(await text(again), "It begins. Thrown away."));
    await has(id, "Thrown away.");
    await again.context().close();
  });

  await t.test("the cursor stays where it is through all of it", async () => {
    const { page } = await writing("One.\n\nTwo.\n\nThree.");
    await caretAfter(page, "Two");
    await page.keyboard.type(" and a half");
    network.rule = { kind: "broken" };
    await pause(2_500);
    await healed();
    await says(page, saved, 45_000);
    await page.keyboard.type("!");
    assert.equal(await text(page), "One.\n\nTwo and a half!.\n\nThree.");
    assert.ok(await line(page));
    await page.context().close();
  });
});
