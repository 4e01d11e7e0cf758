// A Chromium of our own, so that it can be killed as a crash or a power cut would, and started on the same profile.
import { spawn } from "node:child_process";
import { rm } from "node:fs/promises";
import path from "node:path";
import { chromium } from "playwright-core";
import { flags } from "../support/browser.mjs";
import { pause } from "../support/site.mjs";

export class Chromium {
  constructor(profile) {
    this.profile = profile;
  }

  /** Starts it; `prepared` is called with its one context before any page is opened. */
  async start(prepared) {
    // Left behind by a browser that was killed.
    for (const name of ["SingletonLock", "SingletonCookie", "SingletonSocket"]) {
      await rm(path.join(this.profile, name), { force: true });
    }
    const words = [...flags, "--headless=new", "--remote-debugging-port=0", `--user-data-dir=${this.profile}`,
      "--no-default-browser-check", "--disable-session-crashed-bubble", "--noerrdialogs", "about:blank"];
    // A group of its own, so that all its processes die at once.
    this.child = spawn(process.env.CHROMIUM ?? "/usr/bin/chromium", words, { detached: true, stdio: ["ignore", "ignore", "pipe"] });
    this.said = "";
    this.child.stderr.setEncoding("utf8").on("data", (text) => (this.said = (this.said + text).slice(-20_000)));
    this.child.once("exit", () => (this.ended = true));
    this.ended = false;
    const address = await this.#address();
    this.browser = await chromium.connectOverCDP(address, { timeout: 30_000 });
    this.context = this.browser.contexts()[0];
    this.context.setDefaultTimeout(15_000);
    await prepared(this.context);
  }

  async #address() {
    for (let tries = 0; tries < 600; tries += 1) {
      const found = this.said.match(/DevTools listening on (ws:\S+)/);
      if (found) return found[1];
      if (this.ended) break;
      await pause(50);
    }
    throw new Error(`Chromium does not start:\n${this.said}`);
  }

  /** kill -9 of every process of it. */
  async kill() {
    const gone = new Promise((resolve) => (this.ended ? resolve() : this.child.once("exit", resolve)));
    try {
      process.kill(-this.child.pid, "SIGKILL");
    } catch {
      // It was gone already.
    }
    await gone;
    await this.browser?.close().catch(() => {});
    await pause(50);
  }
}
