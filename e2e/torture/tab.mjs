// One tab of the browser under torture, used as its owner would: typing, composing, pasting, choosing.
import { signIn } from "../support/browser.mjs";
import { owner, pause } from "../support/site.mjs";

const patience = 12_000;

/** Fails instead of waiting for a page that is frozen or gone. */
export function within(promise, what, milliseconds = patience) {
  let timer;
  const late = new Promise((_, reject) => (timer = setTimeout(() => reject(new Error(`${what}: no answer in ${milliseconds} ms`)), milliseconds)));
  promise.catch(() => {});
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

export class Tab {
  /** Whether an editor with a text to write in is on the page. */
  open = false;
  /** Where it goes when it is opened again. */
  address;

  constructor(world, index) {
    this.world = world;
    this.index = index;
  }

  /** Opens the note's form, signing in where the site asks for it. Answers whether there is a text to write in. */
  async show(address = this.address ?? this.world.address) {
    this.address = address;
    this.open = false;
    try {
      if (!this.page || this.page.isClosed()) await this.#newPage();
      await within(this.page.goto(this.world.origin + address, { waitUntil: "load", timeout: 8_000 }), "opening", 10_000);
      if (await this.page.locator('input[name="password"]').count()) {
        await within(signIn(this.page, owner), "signing in");
        if (!this.page.url().includes("/desk/notes/")) await within(this.page.goto(this.world.origin + address), "opening");
      }
      await this.page.locator('textarea[name="body"]').waitFor({ timeout: 4_000 });
      await this.#started();
      this.open = true;
    } catch (error) {
      this.world.note("not opened", { tab: this.index, address, why: short(error) });
    }
    return this.open;
  }

  async #newPage() {
    this.page = await within(this.world.context.newPage(), "a new tab");
    this.world.tabOf.set(this.page, this);
    this.page.on("dialog", (dialog) => void dialog.accept().catch(() => {}));
    this.page.on("crash", () => (this.open = false));
    this.page.on("pageerror", (error) => this.world.note("script error", { tab: this.index, why: error.message }));
    this.page.on("console", (message) => {
      if (message.type() === "error" && !message.text().startsWith("Failed to load")) {
        this.world.note("console", { tab: this.index, why: message.text().slice(0, 300) });
      }
    });
    this.cdp = await within(this.world.context.newCDPSession(this.page), "the debugger");
  }

  /** Waits until the editor's own code has taken over: before that nobody promised anything. */
  async #started() {
    await this.page.locator("#editor[data-awake]").waitFor({ state: "attached", timeout: 25_000 });
  }

  /** The whole page as its reader finds it: words, also those of either side of a difference, and what stands in fields. */
  async everything() {
    const read = () => {
      const side = (other) => {
        const page = document.body.cloneNode(true);
        for (const left of page.querySelectorAll(other)) left.remove();
        return page.textContent;
      };
      const fields = [...document.querySelectorAll("textarea, input")].map((field) => field.value);
      return [document.body.textContent, side("del"), side("ins"), ...fields].join("\n");
    };
    return within(this.page.evaluate(read), "reading the page");
  }

  async line() {
    return within(this.page.evaluate(() => document.querySelector(".editor-state")?.textContent ?? ""), "reading the line");
  }

  async tokens() {
    return within(this.page.evaluate(() => window.torture?.tokens() ?? []), "reading the text");
  }

  async focus() {
    await within(this.page.evaluate(() => {
      document.querySelector('textarea[name="body"]').focus();
      window.torture.settleCaret();
    }), "focus");
  }

  async type(text, each) {
    await this.focus();
    await within(this.page.keyboard.type(text, { delay: each }), "typing", patience + text.length * each);
  }

  /** Types by an input method: the string grows, then stands. */
  async compose(text, each, ends) {
    await this.focus();
    for (let length = 1; length <= text.length; length += 1) {
      const part = text.slice(0, length);
      await within(this.cdp.send("Input.imeSetComposition", { text: part, selectionStart: length, selectionEnd: length }), "composing");
      await pause(each);
    }
    if (ends === "commit") await within(this.cdp.send("Input.insertText", { text }), "committing");
    if (ends === "blur") await within(this.page.evaluate(() => document.querySelector('input[name="title"]').focus()), "leaving");
  }

  async press(key, times) {
    for (let count = 0; count < times; count += 1) await within(this.page.keyboard.press(key), key);
  }

  /** What is done here may take tokens away, and then it is no loss. */
  async destroying(deed) {
    await within(this.page.evaluate(() => {
      window.torture.look();
      window.torture.destroying = true;
    }), "begin");
    try {
      await deed();
    } finally {
      if (this.open) await within(this.page.evaluate(() => window.torture.enough()), "end").catch(() => {});
    }
  }

  async paste(text) {
    await this.focus();
    const put = (words) => {
      const data = new DataTransfer();
      data.setData("text/plain", words);
      const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
      if (document.activeElement.dispatchEvent(event)) document.execCommand("insertText", false, words);
    };
    await within(this.page.evaluate(put, text), "pasting");
  }

  async title(text) {
    await within(this.page.evaluate(() => {
      const field = document.querySelector('input[name="title"]');
      field.focus();
      field.setSelectionRange(field.value.length, field.value.length);
    }), "the title");
    await within(this.page.keyboard.type(text), "typing a title");
  }

  /** Dies at once, as when the browser runs out of memory. */
  crash() {
    this.open = false;
    this.cdp.send("Page.crash").catch(() => {});
  }

  async close() {
    this.open = false;
    await within(this.page.close(), "closing", 3_000).catch(() => {});
    this.page = null;
  }
}

export function short(error) {
  return String(error?.message ?? error).split("\n")[0].slice(0, 200);
}
