// What a writer does in a tab, by the names that the script uses.
import { within } from "./tab.mjs";

export const deeds = {
  type: (tab, { text, each }) => tab.type(text, each),
  compose: (tab, { text, each, ends }) => tab.compose(text, each, ends),
  paste: (tab, { text }) => tab.paste(text),
  title: (tab, { text }) => tab.title(text),
  async newline(tab, { times }) {
    await tab.focus();
    await tab.press("Enter", times);
  },
  async remove(tab, { key, times }) {
    await tab.focus();
    await tab.destroying(() => tab.press(key, times));
  },
  async replace(tab, { from, length, text }) {
    await tab.focus();
    await tab.destroying(async () => {
      await within(tab.page.evaluate(([share, count]) => window.torture.select(share, count), [from, length]), "selecting");
      await within(tab.page.keyboard.type(text), "typing over");
    });
  },
  async undo(tab, { times, redo }) {
    await tab.focus();
    await tab.destroying(async () => {
      await tab.press("Control+z", times);
      if (redo) await tab.press("Control+Shift+z", times);
    });
  },
  async caret(tab, { to }) {
    await tab.focus();
    await within(tab.page.evaluate((share) => window.torture.select(share, 0), to), "the caret");
  },
  save: (tab) => tab.press("Control+s", 1),
  async publish(tab) {
    const button = tab.page.locator('button[name="action"][value="publish"]').first();
    await button.click({ timeout: 4_000, noWaitAfter: true });
    await tab.page.waitForLoadState("load", { timeout: 5_000 }).catch(() => {});
  },
};
