// The site under torture: killed without warning and started again on the same folder.
import { pause, SiteProcess } from "../support/site.mjs";

export class Killable {
  #up = Promise.resolve();
  #process;
  #claim;

  constructor(data, moved) {
    this.#process = new SiteProcess(data);
    this.moved = moved;
  }

  get origin() {
    return this.#process.origin;
  }

  get log() {
    return this.#process.log;
  }

  async start() {
    await this.#process.start();
    this.moved(this.origin);
  }

  /** Asked for on the first start only. */
  async claimLink() {
    this.#claim ??= await this.#process.claimLink();
    return this.#claim;
  }

  /** kill -9; it serves again after that time. Resolves when it does. A site that is dead already is killed once it lives. */
  async killFor(milliseconds) {
    const alive = this.#up;
    const again = (async () => {
      await alive;
      await this.#process.stop("SIGKILL");
      await pause(milliseconds);
      await this.start();
    })();
    this.#up = again.catch(() => {});
    await again;
  }

  /** Resolves when no start is under way. */
  running() {
    return this.#up;
  }

  stop() {
    return this.#process.stop();
  }
}
