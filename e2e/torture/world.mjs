// Everything there is: the site, the network before it, the browser with its tabs, and what is known of every token.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pause } from "../support/site.mjs";
import { Chromium } from "./chromium.mjs";
import { readRecords, replay } from "./device.mjs";
import { Owner } from "./owner.mjs";
import { Proxy } from "./proxy.mjs";
import { Killable } from "./site.mjs";
import { Tab, short, within } from "./tab.mjs";
import { watch } from "./watch.mjs";

/** A word typed less than this before its tab died may be lost. */
export const GRACE = 200;

export class World {
  tabs = [];
  tabOf = new Map();
  /** What happened, for a failure's folder. */
  story = [];
  /** Called with each thing that a page said: `(tab, message)`. */
  heard = () => {};

  constructor(random, { sabotage = null } = {}) {
    this.proxy = new Proxy(random);
    this.sabotage = sabotage;
  }

  async start() {
    this.data = await mkdtemp(path.join(tmpdir(), "commonplace-torture-"));
    this.profile = await mkdtemp(path.join(tmpdir(), "commonplace-browser-"));
    this.site = new Killable(this.data, (origin) => (this.proxy.target = origin));
    await this.site.start();
    await this.proxy.start();
    this.origin = this.proxy.origin;
    this.owner = new Owner(this.site);
    await this.owner.claim();
    this.chromium = new Chromium(this.profile);
    await this.startBrowser();
  }

  async startBrowser() {
    this.tabOf.clear();
    await this.chromium.start(async (context) => {
      this.context = context;
      await context.exposeBinding("tortureTold", ({ page }, message) => this.#told(page, message));
      await context.addInitScript(watch);
      if (this.sabotage === "journal") {
        await context.addInitScript(() => {
          window.torture?.breakStorage("broken");
        });
      }
      this.probe = await within(context.newPage(), "a page to look from", 20_000);
      await this.probe.route("**/torture-probe", (route) => route.fulfill({ contentType: "text/html", body: "<title>probe</title>" }));
      await within(this.probe.goto(`${this.origin}/torture-probe`), "a page to look from", 20_000);
    });
  }

  async stop() {
    await this.chromium?.kill();
    await this.site?.stop();
    this.proxy.stop();
    for (const folder of [this.data, this.profile]) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }

  note(what, about = {}) {
    this.story.push({ at: Date.now(), what, ...about });
  }

  #told(page, message) {
    const tab = this.tabOf.get(page);
    if (tab) this.heard(tab, JSON.parse(message));
  }

  /** A tab on an address, wherever there is one of that number already or not. */
  tab(index) {
    this.tabs[index] ??= new Tab(this, index);
    return this.tabs[index];
  }

  /** What the device has, whatever the editor says: texts of every log. */
  async device() {
    try {
      return replay(await within(this.probe.evaluate(readRecords), "the device", 5_000));
    } catch (error) {
      this.note("device not read", { why: short(error) });
      return null;
    }
  }

  /** Whether the browser has a session that the site knows. One that is killed may go back to a cookie of before. */
  async signedIn() {
    const cookies = await this.context.cookies();
    const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
    const answer = await fetch(`${this.site.origin}/desk`, { headers: { cookie }, redirect: "manual" });
    return answer.status === 200;
  }

  async killBrowser() {
    for (const tab of this.tabs) if (tab) tab.open = false;
    await this.chromium.kill();
    for (const tab of this.tabs) if (tab) tab.page = null;
    await pause(100);
    await this.startBrowser();
  }

  /** Asks in every open tab. */
  async inTabs(deed, what) {
    for (const tab of this.tabs.filter((tab) => tab?.open)) {
      await within(tab.page.evaluate(...deed), what).catch((error) => this.note(`${what} failed`, { tab: tab.index, why: short(error) }));
    }
  }

  async closeTabs() {
    for (const tab of this.tabs) if (tab?.page) await tab.close();
    this.tabs = [];
    this.tabOf.clear();
  }
}
