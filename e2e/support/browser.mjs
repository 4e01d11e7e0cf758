// Chromium, and pages that remember what went wrong on them.
import assert from "node:assert/strict";
import { chromium } from "playwright-core";
import { owner } from "./site.mjs";

// Without these Chromium talks to its maker; the rule keeps every name but the site's from resolving.
export const flags = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
];

export const modes = [
  { javaScript: "off", name: "JavaScript off" },
  { javaScript: "on", name: "JavaScript on" },
];
export const schemes = ["light", "dark"];

/** One browser for a spec; it closes when the tests of `t` are done. */
export async function startBrowser(t) {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: flags });
  t.after(() => browser.close());
  return new Browser(browser);
}

class Browser {
  constructor(browser) {
    this.browser = browser;
  }

  /** A page with cookies of its own. `session` (from `claim`) makes it the owner's. */
  async page(site, { javaScript = "off", scheme = "light", width = 1280, height = 900, session, policy = "kept" } = {}) {
    const context = await this.browser.newContext({
      baseURL: site.origin,
      javaScriptEnabled: javaScript === "on",
      colorScheme: scheme,
      viewport: { width, height },
      reducedMotion: "reduce",
      storageState: session,
      bypassCSP: policy === "switched off",
    });
    context.setDefaultTimeout(10_000);
    // The first page of the desk also fetches what the editor needs without a network.
    context.setDefaultNavigationTimeout(30_000);
    const page = await context.newPage();
    page.javaScript = javaScript;
    page.trouble = [];
    page.on("pageerror", (error) => page.trouble.push(`script error: ${error.message}`));
    page.on("console", (message) => {
      // The browser itself reports an answer of 404 or 422 as an error, and a site that is down; the tests look at
      // statuses themselves, and take the site down themselves.
      const known = /^Failed to load resource: (the server responded|net::ERR_CONNECTION_REFUSED)/.test(message.text());
      if (message.type() === "error" && !known) page.trouble.push(`console: ${message.text()}`);
    });
    page.on("dialog", (dialog) => {
      page.trouble.push(`dialog: ${dialog.message()}`);
      return dialog.dismiss();
    });
    page.on("request", (request) => {
      const url = new URL(request.url());
      if (url.origin !== site.origin && /^https?:$/.test(url.protocol)) page.trouble.push(`went elsewhere: ${url}`);
    });
    return page;
  }
}

/** Fails with everything that went wrong on the page: script errors, refused scripts, foreign requests. */
export function assertQuiet(page) {
  assert.deepEqual(page.trouble, []);
}

/** Opens an address and checks its status. */
export async function open(page, address, status = 200) {
  const answer = await page.goto(address);
  assert.equal(answer.status(), status, `${address} answers ${answer.status()}`);
  return answer;
}

/** Puts text into the field of that name, first opening what it is folded away in. */
export async function fill(page, name, value) {
  await unfold(page, `[name="${name}"]`);
  await page.locator(`[name="${name}"]`).first().fill(value);
}

/** Chooses a value, from a list or from radio buttons. */
export async function choose(page, name, value) {
  await unfold(page, `[name="${name}"]`);
  const list = page.locator(`select[name="${name}"]`);
  if (await list.count()) return void (await list.selectOption(value));
  await page.locator(`input[name="${name}"][value="${value}"]`).check();
}

/** Presses the button of that action and waits for the page that answers; answers its status. */
export async function press(page, action) {
  const button = `button[name="action"][value="${action}"]`;
  await unfold(page, button);
  const asked = page.locator(button).first();
  if (["save", "publish"].includes(action) && (await isEditor(page))) return ask(page, asked, action);
  return submit(page, asked);
}

/** Whether the editor's script has taken the form over, or will in a moment. `page.scripts = "lost"` says that it cannot. */
async function isEditor(page) {
  if (page.javaScript !== "on" || page.scripts === "lost" || !(await page.locator("#editor[data-wake]").count())) return false;
  await page.locator("#editor[data-awake]").waitFor({ state: "attached", timeout: 20_000 });
  return true;
}

/** Waits until what was done a moment ago is on the screen, or its page gone. */
export async function painted(page) {
  await page.evaluate(() => new Promise((resolve) => {
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve)));
    // A page that nobody sees paints nothing.
    setTimeout(resolve, 500);
  })).catch(() => {});
}

/** The editor saves and publishes without leaving its page; answers as the form would have. */
async function ask(page, button, action) {
  await button.click();
  await painted(page);
  const done = action === "save" ? /^(saved|published)/ : /^published/;
  let said = "";
  for (const until = Date.now() + 20_000; Date.now() < until; ) {
    said = (await page.locator("#editor-state").innerText()).trim();
    if (done.test(said)) return 200;
    if (/refused/.test(said)) return 422;
    if (/choose below/.test(said)) return 409;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`the editor does not ${action}: it says “${said}”`);
}

/** Presses a button that sends a form; answers the status of the document that comes back. */
export async function submit(page, button) {
  const answered = page.waitForResponse(
    (answer) => answer.request().isNavigationRequest() && (answer.status() < 300 || answer.status() > 399),
  );
  // The answer comes before its document stands: asking for the state of the page would be answered for the old one, and
  // a page that is closed in between never closes.
  const loaded = page.waitForEvent("load");
  // Where the button cannot be pressed, that is what is told.
  for (const waited of [answered, loaded]) waited.catch(() => {});
  await button.click();
  const [answer] = await Promise.all([answered, loaded]);
  return answer.status();
}

async function unfold(page, inside) {
  const folded = page.locator(`details:not([open]):has(${inside}) > summary`);
  for (let left = await folded.count(); left > 0; left -= 1) await folded.first().click();
}

/** Becomes the owner through the claim link; answers the session for further pages. */
export async function claim(browser, site) {
  const page = await browser.page(site);
  await open(page, await site.claimLink());
  for (const [field, value] of Object.entries(owner)) await fill(page, field, value);
  const status = await submit(page, page.locator('form:has([name="password"]) button[type="submit"], form:has([name="password"]) button:not([type])').first());
  assert.equal(status, 200, "the claim is accepted");
  const session = await page.context().storageState();
  assert.ok(session.cookies.length, "the owner is signed in");
  await page.context().close();
  return session;
}

/** Signs in by the form that the page shows. */
export async function signIn(page, { email, password } = owner) {
  await fill(page, "email", email);
  await fill(page, "password", password);
  return submit(page, page.locator('form:has([name="password"]) button[type="submit"], form:has([name="password"]) button:not([type])').first());
}

/** Writes a note through the form for new ones; answers the address of its form on the desk. */
export async function write(page, { title, body, slug, tags, visibility = "public", action = "publish" }) {
  await open(page, "/desk/notes/new");
  await fill(page, "title", title);
  await fill(page, "body", body);
  if (slug !== undefined) await fill(page, "slug", slug);
  if (tags !== undefined) await fill(page, "tags", tags);
  await choose(page, "visibility", visibility);
  const status = await press(page, action);
  if (status !== 200) assert.fail(`“${title}” is refused: ${await page.getByRole("main").innerText()}`);
  return new URL(page.url()).pathname;
}
