// The editor as its writer meets it, and a site behind a network that can be bad.
import assert from "node:assert/strict";
import { Proxy } from "../torture/proxy.mjs";
import { Random } from "../torture/random.mjs";
import { open, painted } from "./browser.mjs";
import { pause, startSite } from "./site.mjs";

/** A site, and what stands before it: pages go through `site.network`, whose `rule` says what is wrong with it. */
export async function startFarSite(t, options) {
  const site = await startSite(t, options);
  const network = new Proxy(new Random(1));
  network.target = site.origin;
  await network.start();
  t.after(() => network.stop());
  return Object.assign(site, { near: site.origin, network, origin: network.origin });
}

/** Opens a note's form and waits until the editor has taken it over. */
export async function openEditor(page, address, status) {
  const answer = await open(page, address, status);
  await started(page);
  return answer;
}

export async function started(page) {
  await page.locator("#editor[data-awake]").waitFor({ timeout: 20_000 });
}

export const text = (page) => page.locator("#body").inputValue();
export const line = async (page) => (await page.locator("#editor-state").innerText()).replace(/\s+/g, " ").trim();

/** What the line says of a text that the site has; the page's own words for a note as it was opened are others. */
export const saved = /^saved \d/;

/** Waits until the status line says so; answers what it says. */
export async function says(page, words, patience = 10_000) {
  const until = Date.now() + patience;
  // What was typed a moment ago is in the line after the next frame.
  await painted(page);
  for (;;) {
    const said = await line(page);
    if (words.test(said)) return said;
    if (Date.now() > until) assert.fail(`the line says “${said}”, not ${words}`);
    await pause(50);
  }
}

/** The line for a while: it must never say this. Answers everything that it said. */
export async function neverSays(page, words, milliseconds) {
  const all = new Set();
  await painted(page);
  for (const until = Date.now() + milliseconds; Date.now() < until; await pause(40)) {
    const said = await line(page);
    all.add(said);
    assert.doesNotMatch(said, words, "the line is true");
  }
  return [...all];
}

/** Types at the end of the text. */
export async function type(page, words, { delay = 0 } = {}) {
  await page.locator("#body").focus();
  await page.keyboard.press("Control+End");
  await page.keyboard.type(words, { delay });
}

/** Puts the cursor behind these words. */
export async function caretAfter(page, words) {
  await page.locator("#body").evaluate((field, sought) => {
    field.focus();
    const at = field.value.indexOf(sought) + sought.length;
    field.setSelectionRange(at, at);
  }, words);
}

/** What the site has of a note, as its owner reads it, past the bad network. */
export async function stored(site, session, id) {
  return call(site, session, "notes/open", { id });
}

/** The texts of all its versions. */
export async function versions(site, session, id) {
  const { items } = await call(site, session, "notes/history", { id });
  return Promise.all(items.map(async ({ number }) => (await call(site, session, "notes/version", { id, number }))[0].body));
}

async function call(site, session, name, fields) {
  const cookie = session.cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
  const address = `${site.near ?? site.origin}/api/fn/${name}?${new URLSearchParams(fields)}`;
  const answer = await fetch(address, { headers: { cookie, accept: "application/json" } });
  assert.equal(answer.status, 200, `${name}: ${await answer.clone().text()}`);
  return answer.json();
}

export const idOf = (address) => address.match(/[0-9a-f-]{36}/)[0];
