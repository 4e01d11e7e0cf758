// A site of its own for each spec: the optimised binary on a fresh folder and a free port.
import { spawn, execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export const root = fileURLToPath(new URL("../../", import.meta.url));
export const binary = process.env.COMMONPLACE_BIN ?? path.join(root, "target/release/commonplace");
const testData = process.env.COMMONPLACE_TEST_DATA ?? path.join(root, "../shared/data");

export const vaults = {
  manual: path.join(root, "docs/manual"),
  /** A vault that nobody wrote for this project; null where the test data is absent. */
  sample: existsSync(path.join(testData, "obsidian-help")) ? path.join(testData, "obsidian-help") : null,
};

export const owner = { name: "Ada Byron", email: "ada@example.org", password: "correct horse battery staple" };

/** Runs the binary to its end; answers what it wrote, or throws with it. */
export async function commonplace(...words) {
  return promisify(execFile)(binary, words, { env: environment(), maxBuffer: 64 << 20 });
}

/** Starts a site, optionally with a vault imported; the tests of `t` own it. */
export async function startSite(t, { vault = null } = {}) {
  const data = await mkdtemp(path.join(tmpdir(), "commonplace-e2e-"));
  const site = new SiteProcess(data);
  t.after(async () => {
    await site.stop();
    await rm(data, { recursive: true, force: true });
  });
  if (vault) {
    const { stdout, stderr } = await commonplace("import", "obsidian", vault, "--data", data, "--visibility", "public");
    site.report = stdout + stderr;
  }
  await site.start();
  return site;
}

/** A site on its folder. */
export class SiteProcess {
  report = "";
  #child = null;

  constructor(data) {
    this.data = data;
  }

  /** Serves until `stop`; the second start of the same folder works too. */
  async start() {
    this.log = "";
    this.#child = spawn(binary, ["serve", "--data", this.data, "--addr", "127.0.0.1:0"], { env: environment() });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => (this.log += text));
    }
    this.origin = await this.#said(/http:\/\/127\.0\.0\.1:\d+(?=[\s/])/);
    for (let tries = 0; ; tries += 1) {
      const up = await fetch(`${this.origin}/healthz`).catch(() => null);
      if (up?.ok) break;
      if (tries > 100) throw new Error(`the site does not answer:\n${this.log}`);
      await pause(50);
    }
  }

  async stop(signal = "SIGTERM") {
    if (!this.#child || this.#child.exitCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.kill(signal);
    await ended;
  }

  /** The link that makes its user the owner; printed by the first start. */
  async claimLink() {
    return this.#said(/(?<=^claim: )http:\S+/m);
  }

  async #said(pattern) {
    for (let tries = 0; tries < 200; tries += 1) {
      const found = this.log.match(pattern);
      if (found) return found[0];
      if (this.#child.exitCode !== null) break;
      await pause(50);
    }
    throw new Error(`the site did not print ${pattern}:\n${this.log}`);
  }
}

export function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Tries until it holds, for what follows a save in its own time: links, backlinks, the search index. */
export async function soon(check) {
  for (let tries = 0; ; tries += 1) {
    try {
      return await check();
    } catch (error) {
      if (tries >= 20) throw error;
      await pause(250);
    }
  }
}

/** Settings of whoever runs the tests must not change the site under test. */
function environment() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("COMMONPLACE_")));
}
