// One round: a note, one to three tabs, what the script types and what it breaks, and at the end whether all of it is kept.
import { pause } from "../support/site.mjs";
import * as claims from "./claims.mjs";
import { deeds } from "./deeds.mjs";
import { faults } from "./faults.mjs";
import { Tab, short, within } from "./tab.mjs";
import { tokensIn } from "./tokens.mjs";
import { GRACE } from "./world.mjs";

export class Round {
  /** Every token: when and where its `input` event was seen. */
  typed = new Map();
  deleted = new Set();
  /** What the script has begun to type. Half of one token before half of another may look like a third. */
  begun = new Set();
  /** Typed so shortly before their tab died that they may be lost. */
  spared = new Set();
  /** Of which a status line said that they are kept. */
  vouched = new Set();
  /** The notes that its tabs write; the first is the one that things happen to elsewhere. */
  ids = new Set();
  untrue = [];
  stuck = [];
  losses = [];
  counts = { faults: {}, lines: 0, conflicts: 0, offers: 0 };
  /** Somebody beside the one tab changes the note. */
  shared = false;
  /** Something was published or withdrawn elsewhere. */
  elsewhere = false;
  #trouble = [];
  #going = [];
  #checks = new Set();

  constructor(world, script, random) {
    this.world = world;
    this.script = script;
    this.random = random;
  }

  get id() {
    return this.ids.values().next().value;
  }

  async run() {
    const { world, script } = this;
    this.began = Date.now();
    world.heard = (tab, message) => this.#hear(tab, message);
    world.address = script.note === "new" ? "/desk/notes/new" : await this.#make();
    this.shared = script.tabs > 1;
    for (let index = 0; index < script.tabs; index += 1) {
      await world.tab(index).show(index > 0 && this.id ? `/desk/notes/${this.id}` : undefined);
    }
    for (const step of script.steps) await this.#step(step);
    await this.heal();
    await this.#end();
    await this.#verify();
    await Promise.all(this.#checks);
    world.heard = () => {};
    return this;
  }

  async #make() {
    const { visibility, paragraphs, number } = this.script;
    this.ids.add(await this.world.owner.create({ title: `Round ${number}`, body: paragraphs.join("\n\n"), visibility }));
    return `/desk/notes/${this.id}`;
  }

  /** Ends everything that the script had broken. */
  async heal() {
    await Promise.all(this.#going.splice(0));
    await this.world.proxy.heal();
    for (const trouble of this.#trouble) trouble.to ??= Date.now();
  }

  async #step(step) {
    const { world } = this;
    world.note(step.do === "fault" ? step.kind : step.do, { ...step });
    tokensIn(step.text ?? "").forEach((token) => this.begun.add(token));
    const tab = world.tab(step.tab);
    try {
      if (step.do === "fault") {
        this.counts.faults[step.kind] = (this.counts.faults[step.kind] ?? 0) + 1;
        return await faults[step.kind](this, tab, step);
      }
      if (step.do === "pause") return await pause(step.for);
      if (!tab.open && !(await tab.show())) return;
      await this.choose(tab);
      await deeds[step.do](tab, step);
      tab.touched = true;
    } catch (error) {
      world.note("step failed", { step, why: short(error) });
      // Its page was reloaded, or died, under the hands of the writer.
      if (tab.page?.isClosed() || /crash|closed|context was destroyed|of null/i.test(error.message)) tab.open = false;
    }
  }

  /** A conflict or an offer on the page is answered, one way or another, as the dice fall. */
  async choose(tab, { always = false } = {}) {
    const asked = await within(tab.page.evaluate(() => {
      const shown = [...document.querySelectorAll(".clash, .offer")].filter((section) => section.offsetParent && !section.hidden);
      return shown.map((section) => {
        const text = section.cloneNode(true);
        for (const left of text.querySelectorAll("del")) left.remove();
        return { clash: section.classList.contains("clash"), text: text.textContent };
      });
    }), "looking for questions");
    for (const { clash, text } of asked) {
      if (!always && this.random.chance(0.3)) continue;
      this.counts[clash ? "conflicts" : "offers"] += 1;
      await (clash ? this.#settle(tab) : this.#answer(tab, text)).catch((error) => this.world.note("not chosen", { why: short(error) }));
    }
  }

  /** Both texts stay as versions whatever is chosen, so nothing may be missing afterwards. */
  async #settle(tab) {
    const question = tab.page.locator(".clash").first();
    const groups = question.locator("fieldset");
    const count = await groups.count();
    for (let at = 0; at < count; at += 1) {
      const ways = groups.nth(at).locator('input[type="radio"]');
      const number = await ways.count();
      if (number) await ways.nth(this.random.whole(0, number - 1)).check({ timeout: 2_000 });
    }
    this.world.note("settled", { tab: tab.index, places: count });
    await question.locator("button.button-primary").click({ timeout: 3_000 });
  }

  async #answer(tab, text) {
    const offer = tab.page.locator(".offer:visible").first();
    const buttons = await offer.locator("button:visible").allInnerTexts();
    if (buttons.length === 0) return;
    const choice = this.random.one(buttons);
    this.world.note("answered", { tab: tab.index, choice });
    // What somebody throws away is no loss.
    if (choice === "Discard") tokensIn(text).forEach((token) => this.deleted.add(token));
    await tab.destroying(async () => {
      await offer.getByRole("button", { name: choice, exact: true }).click({ timeout: 3_000 });
      await pause(150);
    });
  }

  #hear(tab, message) {
    tab.address = message.address ?? tab.address;
    const id = tab.address?.match(/(?:notes\/|[?&]key=)([0-9a-f-]{36})/)?.[1];
    if (id) this.ids.add(id);
    if (message.kind === "typed" || message.kind === "deleted") {
      tab.lastInput = message.at;
      tab.touched = true;
      const seen = (token) => {
        if (!this.begun.has(token)) return;
        if (message.kind === "deleted") this.deleted.add(token);
        else if (!this.typed.has(token)) this.typed.set(token, { at: message.at, tab: tab.index });
      };
      message.tokens.forEach(seen);
      return;
    }
    tab.lastInput = Math.max(tab.lastInput ?? 0, message.input);
    this.world.note(message.kind, { tab: tab.index, line: message.line });
    this.counts.lines += 1;
    if (claims.read(message.line).vouches && tab.touched) message.tokens.forEach((token) => this.vouched.add(token));
    const check = this.#check(tab, message).finally(() => this.#checks.delete(check));
    this.#checks.add(check);
  }

  async #check(tab, message) {
    try {
      const why = await claims.untrue(this, tab, message);
      if (!why || this.untrue.some((other) => other.tab === tab.index && other.line === message.line)) return;
      this.untrue.push({ tab: tab.index, at: message.at, kind: message.kind, line: message.line, why });
      this.world.note("untrue", { tab: tab.index, why });
    } catch (error) {
      this.world.note("not checked", { line: message.line, why: short(error) });
    }
  }

  /** From now on there is trouble of a kind; the answer ends it. */
  trouble(kind) {
    const trouble = { kind, from: Date.now(), to: null };
    this.#trouble.push(trouble);
    return () => (trouble.to = Date.now());
  }

  troubled(kind, at, linger) {
    return this.#trouble.some((trouble) => trouble.kind === kind && trouble.from <= at + 50 && (trouble.to ?? Infinity) >= at - linger);
  }

  refusedLately(at, linger) {
    return this.world.proxy.log.some((line) => line.at > at - linger && [400, 409, 413, 422].includes(line.status));
  }

  /** Something that goes on beside the script; it is waited for before the end. */
  beside(promise) {
    this.#going.push(promise.catch((error) => this.world.note("beside failed", { why: short(error) })));
  }

  /** A tab is about to die: what was typed in it just now may be lost, unless its line said that it is kept. */
  spare(tabs, at = Date.now()) {
    const storageOut = this.troubled("storage", at, 5_000);
    for (const [token, { tab, at: when }] of this.typed) {
      if (!tabs.includes(tab) || this.vouched.has(token)) continue;
      if (when > at - GRACE || (storageOut && this.troubled("storage", when, 5_000))) this.spared.add(token);
    }
  }

  /** What the site has of the notes, and where some of `wanted` is not in a working text their versions too. */
  async stored(wanted) {
    const { owner } = this.world;
    const tokens = new Set();
    const complete = () => wanted.every((token) => tokens.has(token) || this.deleted.has(token));
    const take = (text) => tokensIn(text).forEach((token) => tokens.add(token));
    let note = null;
    const ids = [...this.ids];
    for (const id of ids) {
      const found = await owner.note(id);
      if (!found) continue;
      note ??= found;
      take(`${found.title}\n${found.body}`);
    }
    if (!complete()) {
      // A note that a tab made and nobody saw the address of.
      for (const { id } of await owner.changedSince(this.began - 1_000)) {
        if (ids.includes(id)) continue;
        ids.push(id);
        const found = await owner.note(id);
        if (found) take(`${found.title}\n${found.body}`);
      }
    }
    for (const id of complete() ? [] : ids) for (const token of await this.#inVersions(id)) tokens.add(token);
    return { tokens, note };
  }

  async #inVersions(id) {
    const found = [];
    for (const line of await this.world.owner.history(id)) {
      const version = await this.world.owner.version(id, line.number);
      if (!version) throw new Error(`version ${line.number} of ${id} is in the history and cannot be read`);
      found.push(...tokensIn(`${line.title}\n${version.body}`));
    }
    return found;
  }

  async #end() {
    const { world, script } = this;
    const open = () => world.tabs.filter((tab) => tab?.open);
    if (script.end === "wait") {
      for (const tab of open()) await this.#settles(tab);
    } else if (script.end === "kill-tab") {
      await pause(300);
      for (const tab of open()) {
        this.spare([tab.index]);
        tab.crash();
      }
    } else if (script.end === "kill-browser") {
      await pause(300);
      this.spare(open().map((tab) => tab.index));
      await world.killBrowser();
    } else {
      this.spare(open().map((tab) => tab.index));
    }
    await world.closeTabs();
  }

  /** With nothing in the way any more, what is in the tab must reach the site by itself. */
  async #settles(tab) {
    let left = [];
    for (let tries = 0; tries < 90; tries += 1) {
      try {
        await this.choose(tab, { always: true });
        const present = await tab.tokens();
        const { tokens } = await this.stored(present);
        left = present.filter((token) => !tokens.has(token) && !this.deleted.has(token));
      } catch (error) {
        this.world.note("not settled", { why: short(error) });
        return;
      }
      if (left.length === 0) return;
      await pause(500);
    }
    this.stuck.push({ tab: tab.index, left: left.slice(0, 5), line: await tab.line().catch(() => "?") });
  }

  /** Opens the note as its owner would, and looks for every word. */
  async #verify() {
    const wanted = () => [...this.typed.keys()].filter((token) => !this.deleted.has(token) && !this.spared.has(token));
    const missing = (found) => wanted().filter((token) => !found.has(token));
    const found = (await this.stored(wanted())).tokens;
    if (missing(found).length) {
      for (const token of await this.#offered()) found.add(token);
      // What was offered may have gone on to the site meanwhile.
      for (const token of (await this.stored(missing(found))).tokens) found.add(token);
      for (const token of missing(found)) this.losses.push({ token, ...this.typed.get(token), vouched: this.vouched.has(token) });
    }
    await this.world.closeTabs();
  }

  /** All that the desk and the editor show of the note, reopened. */
  async #offered() {
    const { world } = this;
    const found = new Set();
    const take = (text) => tokensIn(text).forEach((token) => found.add(token));
    const reader = new Tab(world, 9);
    world.tabs[9] = reader;
    const desk = await world.context.newPage();
    await within(desk.goto(`${world.origin}/desk`), "the desk").catch((error) => world.note("no desk", { why: short(error) }));
    await pause(1_500);
    const unsent = await desk.evaluate(() => [...document.querySelectorAll("#unsent a[href], .unsent a[href]")].map((link) => link.getAttribute("href")));
    take(await desk.evaluate(() => document.body.textContent));
    await desk.close();
    const own = this.ids.size ? [...this.ids].map((id) => `/desk/notes/${id}`) : [world.address];
    for (const address of new Set([...own, ...unsent])) {
      if (!(await reader.show(address))) continue;
      for (let tries = 0; tries < 3; tries += 1) {
        await pause(700);
        take(await reader.everything().catch(() => ""));
      }
      const offer = reader.page.locator(".offer button:visible").first();
      if (await offer.count().catch(() => 0)) {
        this.counts.offers += 1;
        await offer.click({ timeout: 3_000 }).catch(() => {});
        await pause(500);
        take(await reader.everything().catch(() => ""));
      }
    }
    this.evidence = { html: (await reader.page?.content().catch(() => "")) ?? "", device: await world.device() };
    return found;
  }
}
