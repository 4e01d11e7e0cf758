// Two changes in the same place: both are shown to choose, and both stay as versions whatever is chosen.
import assert from "node:assert/strict";
import test from "node:test";
import { assertQuiet, claim, fill, open, press, startBrowser, write } from "../support/browser.mjs";
import { caretAfter, idOf, openEditor, saved, says, startFarSite, stored, text, versions } from "../support/editor.mjs";
import { pause, soon } from "../support/site.mjs";

const body = "The first paragraph.\n\nThe second paragraph.\n\nThe third paragraph.";
const theirs = "The second paragraph, as it was rewritten elsewhere.";
const mine = "The second paragraph, as I would have it.";

test("a conflict", async (t) => {
  const site = await startFarSite(t);
  const browser = await startBrowser(t);
  const session = await claim(browser, site);
  let count = 0;

  /** The editor with the question on its page. */
  const clash = async () => {
    const page = await browser.page(site, { session, javaScript: "on" });
    count += 1;
    const desk = await write(page, { title: `Conflict ${count}`, body, action: "save", visibility: "private" });
    await openEditor(page, desk);
    await site.network.down();
    await caretAfter(page, "The second paragraph");
    await page.keyboard.type(", as I would have it");
    await says(page, /on this device/);
    const other = await browser.page({ ...site, origin: site.near }, { session });
    await other.goto(site.near + desk);
    await fill(other, "body", body.replace("The second paragraph.", theirs));
    assert.equal(await press(other, "save"), 200);
    await other.context().close();
    await site.network.up();
    const question = page.locator(".clash");
    await question.waitFor({ timeout: 45_000 });
    return { page, question, id: idOf(desk) };
  };

  const keptBoth = async (id) => {
    const all = [(await stored(site, session, id)).body, ...(await versions(site, session, id))];
    assert.ok(all.some((text) => text.includes(theirs)), "theirs is kept");
    assert.ok(all.some((text) => text.includes(mine)), "mine is kept");
  };

  for (const [choice, expected] of [
    ["Yours", body.replace("The second paragraph.", mine)],
    ["The stored one", body.replace("The second paragraph.", theirs)],
    ["Both, one after the other", null],
  ]) {
    await t.test(`both sides are shown; ${choice} is chosen`, async () => {
      const { page, question, id } = await clash();
      const shown = await question.innerText();
      assert.ok(shown.includes("rewritten elsewhere"), shown);
      assert.ok(shown.includes("as I would have it"), shown);
      await says(page, /choose|elsewhere/i);
      await question.getByRole("radio", { name: choice }).check();
      await question.getByRole("button", { name: "Use this text" }).click();
      await says(page, saved, 20_000);
      const { body: now } = await stored(site, session, id);
      if (expected) assert.equal(now, expected);
      else assert.ok(now.includes("rewritten elsewhere") && now.includes("as I would have it"), now);
      await soon(async () => assert.equal(await text(page), now));
      await keptBoth(id);
      assert.equal(await page.locator(".clash:visible").count(), 0, "nothing is asked any more");
      assertQuiet(page);
      await page.context().close();
    });
  }

  await t.test("something else is written in the place", async () => {
    const { page, question, id } = await clash();
    await question.getByRole("radio", { name: "Something else" }).check();
    const own = question.getByLabel("Your own words for this place");
    assert.match(await own.inputValue(), /rewritten elsewhere|as I would have it/, "it starts from both");
    const before = await own.inputValue();
    await own.fill("In words of peace.");
    await question.getByRole("button", { name: "Use this text" }).click();
    await says(page, saved, 20_000);
    assert.match((await stored(site, session, id)).body, /In words of peace\./, before);
    await keptBoth(id);
    await page.context().close();
  });

  await t.test("what is typed into the place while it is asked is a version when the other text is chosen", async () => {
    const { page, question, id } = await clash();
    await caretAfter(page, "as I would have it");
    await page.keyboard.type(" if asked");
    await says(page, /\(on this device\)/);
    await question.getByRole("radio", { name: "The stored one" }).check();
    await question.getByRole("button", { name: "Use this text" }).click();
    await says(page, saved, 20_000);
    assert.equal((await stored(site, session, id)).body, body.replace("The second paragraph.", theirs));
    const kept = await versions(site, session, id);
    assert.ok(kept.some((text) => text.includes("as I would have it if asked")), kept.join("\n---\n"));
    await keptBoth(id);
    assertQuiet(page);
    await page.context().close();
  });

  await t.test("typing goes on while it is asked, and nothing of that is lost", async () => {
    const { page, id } = await clash();
    await caretAfter(page, "The first");
    await page.keyboard.type(" and foremost");
    // The device has it within 200 ms; before that the line may still speak of what was typed before.
    await pause(300);
    await says(page, /\(on this device\)/);
    assertQuiet(page);
    await page.reload();
    await soon(async () => {
      const shown = `${await page.locator("body").innerText()} ${await text(page)}`;
      for (const words of ["and foremost", "as I would have it", "rewritten elsewhere"]) assert.ok(shown.includes(words), `“${words}” in ${shown}`);
    });
    await keptBoth(id);
    await open(page, "/desk");
    await page.context().close();
  });
});
