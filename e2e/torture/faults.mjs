// What goes wrong, by the names that the script uses. Each may go on beside what is typed next; the round waits for it.
import { signIn } from "../support/browser.mjs";
import { owner, pause } from "../support/site.mjs";
import { within } from "./tab.mjs";

const network = (kind) => async (round, _tab, { for: lasting, probability, seconds }) => {
  const { proxy } = round.world;
  const over = round.trouble("network");
  const rule = { kind, probability, seconds };
  proxy.rule = rule;
  round.beside(pause(lasting).then(() => {
    if (proxy.rule === rule) proxy.rule = null;
    over();
  }));
};

async function killTab(round, tab, reopen) {
  if (!tab.page) return;
  round.spare([tab.index]);
  tab.crash();
  await pause(120);
  await tab.close();
  await pause(reopen);
  await tab.show();
}

export const faults = {
  cut: network("cut"),
  lost: network("lost"),
  delay: network("delay"),
  duplicate: network("duplicate"),
  reorder: network("reorder"),
  broken: network("broken"),
  busy: network("busy"),
  portal: network("portal"),
  silent: network("silent"),
  late: network("late"),

  async "kill-tab"(round, tab, { after, reopen }) {
    await pause(after);
    await killTab(round, tab, reopen);
  },

  async "kill-composing"(round, tab, { text, after, reopen }) {
    if (!tab.open && !(await tab.show())) return;
    await tab.compose(text, 30, "nothing");
    await pause(after);
    await killTab(round, tab, reopen);
  },

  async "kill-browser"(round, _tab, { after, reopen }) {
    const { world } = round;
    await pause(after);
    const open = world.tabs.filter((tab) => tab?.page).map((tab) => tab.index);
    round.spare(open);
    await world.killBrowser();
    await pause(reopen);
    for (const index of open) await world.tab(index).show();
  },

  async "kill-server"(round, _tab, { for: lasting }) {
    const over = round.trouble("network");
    round.beside(round.world.site.killFor(lasting).finally(over));
  },

  async down(round, _tab, { for: lasting }) {
    const { proxy } = round.world;
    const over = round.trouble("network");
    await proxy.down();
    round.beside(pause(lasting).then(() => proxy.up()).finally(over));
  },

  async offline(round, _tab, { for: lasting }) {
    const { context } = round.world;
    const over = round.trouble("network");
    await within(context.setOffline(true), "offline");
    round.beside(pause(lasting).then(() => round.world.context.setOffline(false)).finally(over));
  },

  async expire(round, _tab, { for: lasting }) {
    const { world } = round;
    const over = round.trouble("session");
    await world.owner.revokeOthers();
    const again = async () => {
      await pause(lasting);
      for (let tries = 0; tries < 15; tries += 1) {
        if (await signedIn(world)) return;
        await pause(1_000);
      }
      world.note("not signed in again");
    };
    round.beside(again().finally(over));
  },

  /** DevTools' own quota for an origin does not hold for IndexedDB (Chromium 156), so the write itself fails as it would. */
  async quota(round, _tab, { for: lasting }) {
    const { world } = round;
    const over = round.trouble("storage");
    await world.inTabs([() => window.torture?.breakStorage("full")], "filling the disk");
    round.beside(pause(lasting).then(() => world.inTabs([() => window.torture?.breakStorage(false)], "making room")).finally(over));
  },

  async "broken-storage"(round, _tab, { for: lasting }) {
    const { world } = round;
    const over = round.trouble("storage");
    await world.inTabs([() => window.torture?.breakStorage("broken")], "breaking the storage");
    round.beside(pause(lasting).then(() => world.inTabs([() => window.torture?.breakStorage(false)], "mending the storage")).finally(over));
  },

  /** For the proof that a loss is noticed: nothing is kept anywhere, and nobody is told so. */
  async sabotage(round) {
    round.world.proxy.rule = { kind: "cut" };
    await round.world.inTabs([() => window.torture?.breakStorage("broken")], "breaking the storage");
  },

  async clock(round, tab, { by }) {
    if (tab.open) await within(tab.page.evaluate((shift) => window.torture?.shiftClock(shift), by), "the clock");
  },

  async reload(round, tab) {
    if (!tab.page) return;
    round.spare([tab.index]);
    await tab.show();
  },

  async freeze(round, tab, { for: lasting }) {
    if (!tab.open) return;
    await within(tab.cdp.send("Page.setWebLifecycleState", { state: "frozen" }), "freezing");
    await pause(Math.min(lasting, 2_500));
    await within(tab.cdp.send("Page.setWebLifecycleState", { state: "active" }), "thawing");
  },

  async "open-tab"(round) {
    const { world } = round;
    if (!round.id || world.tabs.filter((tab) => tab?.page).length >= 3) return;
    round.shared = true;
    const free = [0, 1, 2].find((index) => !world.tabs[index]?.page);
    if (free !== undefined) await world.tab(free).show(`/desk/notes/${round.id}`);
  },

  async "close-tab"(round, tab) {
    if (!tab.page) return;
    round.spare([tab.index]);
    await tab.close();
  },

  async "edit-elsewhere"(round, _tab, { where, text }) {
    if (!round.id) return;
    round.shared = true;
    await round.world.owner.change(round.id, "save", (note) => {
      const paragraphs = note.body.split("\n\n");
      paragraphs.splice(Math.floor(where * paragraphs.length), 0, text);
      return { body: paragraphs.join("\n\n") };
    });
  },

  async "publish-elsewhere"(round) {
    if (!round.id) return;
    round.shared = round.elsewhere = true;
    await round.world.owner.change(round.id, "publish");
  },

  async "withdraw-elsewhere"(round) {
    if (!round.id) return;
    round.shared = round.elsewhere = true;
    await round.world.owner.change(round.id, "withdraw");
  },

  async "rename-elsewhere"(round, _tab, { slug }) {
    if (!round.id) return;
    round.shared = round.elsewhere = true;
    await round.world.owner.change(round.id, "save", () => ({ slug }));
  },

  async "trash-elsewhere"(round, _tab, { for: lasting }) {
    if (!round.id) return;
    round.shared = round.elsewhere = true;
    const { id, world } = round;
    await world.owner.change(id, "trash");
    round.beside(pause(lasting).then(() => world.owner.change(id, "restore")));
  },
};

/** As a user would, in a tab of its own. */
async function signedIn(world) {
  const page = await world.context.newPage();
  try {
    await page.goto(`${world.origin}/sign-in`, { timeout: 4_000 });
    if (!(await page.locator('input[name="password"]').count())) return true;
    return (await within(signIn(page, owner), "signing in", 6_000)) < 400;
  } catch {
    return false;
  } finally {
    await page.close().catch(() => {});
  }
}
