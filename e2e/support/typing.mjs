// The form of a new note, to type in. In marked texts `¦` is the cursor and `«…»` what is selected.
import { open } from "./browser.mjs";

/** Opens the form of a new note and waits for its script. */
export async function editor(browser, site, options) {
  const page = await browser.page(site, { javaScript: "on", ...options });
  await open(page, "/desk/notes/new");
  await page.locator("form[data-awake]").waitFor();
  await page.locator("#body").focus();
  return page;
}

/** Puts a marked text into the field, as typed. */
export async function put(page, marked) {
  const anchor = marked.search(/[¦«]/);
  const text = marked.replace(/[¦«»]/g, "");
  const head = marked.includes("»") ? marked.indexOf("»") - 1 : anchor;
  await page.evaluate(({ text, anchor, head }) => {
    const field = document.querySelector("#body");
    field.focus();
    field.select();
    document.execCommand(text ? "insertText" : "delete", false, text);
    field.setSelectionRange(anchor, head);
  }, { text, anchor, head });
  // What that offered is no part of the test.
  await page.evaluate(() => new Promise(requestAnimationFrame));
}

/** The text, marked. */
export function shown(page) {
  return page.evaluate(() => {
    const { value, selectionStart: start, selectionEnd: end } = document.querySelector("#body");
    if (start === end) return `${value.slice(0, start)}¦${value.slice(start)}`;
    return `${value.slice(0, start)}«${value.slice(start, end)}»${value.slice(end)}`;
  });
}

export const value = (page) => page.locator("#body").inputValue();
export const heard = (page) => page.locator("#editor-said").textContent();
export const offers = (page) => page.locator("#editor-offers .completion-label").allInnerTexts();
export const hints = (page) => page.locator("#editor-offers .completion-hint").allInnerTexts();
