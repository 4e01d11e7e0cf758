// The owner at another device: plain forms and the site's own functions, past the proxy and its faults.
import { owner } from "../support/site.mjs";

/** Functions that are asked with GET. */
const read = new Set(["notes/open", "notes/history", "notes/version"]);

export class Owner {
  #cookie = "";

  constructor(site) {
    this.site = site;
  }

  async claim() {
    const link = new URL(await this.site.claimLink());
    await this.#post(link.pathname, owner);
    await this.signIn();
  }

  async signIn() {
    const answer = await this.#post("/sign-in", { email: owner.email, password: owner.password });
    if (!this.#cookie) throw new Error(`the owner cannot sign in: ${answer.status}`);
  }

  /** Ends every session but this one. */
  async revokeOthers() {
    const page = await (await this.#get("/account")).text();
    const ids = [...page.matchAll(/name="id" value="([^"]+)"/g), ...page.matchAll(/value="([^"]+)" name="id"/g)].map((found) => found[1]);
    for (const id of new Set(ids)) await this.#post("/account", { action: "revoke", id });
    return ids.length;
  }

  /** The note as it is stored, or null. */
  async note(id) {
    return this.#call("notes/open", { id });
  }

  async version(id, number) {
    const answer = await this.#call("notes/version", { id, number });
    return answer?.[0] ?? null;
  }

  /** The lines of a note's history, latest first. */
  async history(id) {
    const all = [];
    for (let cursor; ; ) {
      const page = await this.#call("notes/history", cursor ? { id, cursor } : { id });
      if (!page) break;
      all.push(...page.items);
      cursor = page.next ?? page.cursor;
      if (!cursor) break;
    }
    return all;
  }

  /** What lists call every note that changed since then, the trash included. */
  async changedSince(time) {
    const found = [];
    for (const list of ["notes/all", "notes/trashed"]) {
      for (let cursor; ; ) {
        const page = await this.#call(list, cursor ? { cursor } : {});
        if (!page) break;
        const recent = page.items.filter((item) => Date.parse(item.updated ?? item.trashed) >= time);
        found.push(...recent);
        cursor = page.next ?? page.cursor;
        if (!cursor || recent.length === 0) break;
      }
    }
    return found;
  }

  async create({ title, body, visibility }) {
    const answer = await this.#post("/desk/notes/new", { title, body, visibility, action: "save" });
    const id = answer.headers.get("location")?.match(/[0-9a-f-]{36}/)?.[0];
    if (!id) throw new Error(`no note is made: ${answer.status} ${await answer.text()}`);
    return id;
  }

  /** Changes a note by its plain form; what is not named stays. Answers the status. */
  async change(id, action, change = () => ({})) {
    for (let tries = 0; ; tries += 1) {
      const note = await this.note(id);
      if (!note) return 404;
      const fields = { base: note.version, action, ...change(note) };
      const { status } = await this.#post(`/desk/notes/${id}`, fields);
      if (status !== 409 || tries > 3) return status;
    }
  }

  /** The text that visitors get, byte for byte; null where they get none. */
  async published(slug) {
    const answer = await this.#get(`/notes/${slug.split("/").map(encodeURIComponent).join("/")}.md`);
    return answer.ok ? answer.text() : null;
  }

  async page(address) {
    return this.#get(address);
  }

  async #call(name, fields) {
    const headers = { accept: "application/json" };
    const words = new URLSearchParams(fields);
    const answer = read.has(name)
      ? await this.#request(`/api/fn/${name}?${words}`, { headers })
      : await this.#request(`/api/fn/${name}`, { method: "POST", headers, body: words });
    const text = await answer.text();
    const json = /json/.test(answer.headers.get("content-type") ?? "") || /^[[{"]/.test(text);
    if (answer.status === 404 && json) return null;
    if (!answer.ok) throw new Error(`${name} answers ${answer.status}: ${text.slice(0, 300)}`);
    return JSON.parse(text);
  }

  #post(address, fields) {
    return this.#request(address, { method: "POST", body: new URLSearchParams(fields) });
  }

  #get(address) {
    return this.#request(address, {});
  }

  async #request(address, { headers = {}, ...options }) {
    const sent = { ...options, redirect: "manual", headers: { ...headers, cookie: this.#cookie }, signal: AbortSignal.timeout(20_000) };
    for (let tries = 0; ; tries += 1) {
      await this.site.running();
      try {
        const answer = await fetch(this.site.origin + address, sent);
        const given = answer.headers.getSetCookie().map((cookie) => cookie.split(";")[0]);
        if (given.length) this.#cookie = given.join("; ");
        return answer;
      } catch (error) {
        // The site is being killed and started again meanwhile.
        if (tries >= 20) throw error;
        await new Promise((resolve) => setTimeout(resolve, 150));
      }
    }
  }
}
