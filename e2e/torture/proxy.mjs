// What stands between the browser and the site: it hands everything through, or does what bad networks do.
import http from "node:http";
import { pause } from "../support/site.mjs";

const portal = `<!doctype html><title>Welcome to our hotel</title><form action="/portal"><p>Please accept the terms of use to
go on.</p><button>Accept</button></form>`;
const hop = new Set(["connection", "keep-alive", "transfer-encoding", "proxy-connection", "upgrade", "te"]);

/** The faults of a network, each as what becomes of one request. */
const faults = {
  cut: (exchange) => exchange.drop(),
  async lost(exchange) {
    await exchange.forward();
    exchange.drop();
  },
  async delay(exchange) {
    await pause(exchange.random.whole(100, 2_500));
    const answer = await exchange.forward();
    await pause(exchange.random.whole(0, 2_000));
    exchange.answer(answer);
  },
  async duplicate(exchange) {
    const second = exchange.random.chance(0.5);
    const both = second ? [exchange.forward(), exchange.forward()] : [await exchange.forward(), await exchange.forward()];
    exchange.answer(await both[exchange.random.whole(0, 1)]);
  },
  async reorder(exchange, proxy) {
    await Promise.race([proxy.another(), pause(1_500)]);
    await pause(exchange.random.whole(0, 200));
    exchange.answer(await exchange.forward());
  },
  broken: (exchange) => exchange.say(500, { "content-type": "text/plain" }, "Internal Server Error"),
  busy: (exchange, proxy) =>
    exchange.say(503, { "content-type": "text/plain", "retry-after": String(proxy.rule?.seconds ?? 1) }, "Busy"),
  portal(exchange) {
    if (exchange.random.chance(0.3)) return exchange.say(302, { location: "/portal" }, "");
    return exchange.say(200, { "content-type": "text/html; charset=utf-8" }, portal);
  },
  silent: (exchange) => exchange.hold(),
  async late(exchange, proxy) {
    const answer = await exchange.forward();
    await Promise.race([pause(45_000), proxy.healed()]);
    exchange.answer(answer);
  },
};

export class Proxy {
  /** The fault in force: `{ kind, probability, only, … }`; `only` is what the addresses begin with that it strikes. */
  rule = null;
  /** What became of each request: `{ at, method, path, fault, status }`. */
  log = [];
  #held = new Set();
  #sockets = new Set();
  #waiting = [];
  #healing = [];
  #server = null;

  constructor(random) {
    this.random = random;
  }

  async start() {
    await this.#listen(0);
    this.port = this.#server.address().port;
    this.origin = `http://127.0.0.1:${this.port}`;
  }

  /** Where requests go; the site may have moved to another port. */
  set target(origin) {
    this.backend = new URL(origin).port;
  }

  /** Nobody answers the telephone. */
  async down() {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  async up() {
    if (!this.#server.listening) await this.#listen(this.port);
  }

  /** Back to handing everything through; what was held breaks off. */
  async heal() {
    this.rule = null;
    await this.up();
    for (const exchange of this.#held) exchange.drop();
    this.#held.clear();
    for (const resolve of this.#healing.splice(0)) resolve();
  }

  stop() {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  healed() {
    return new Promise((resolve) => this.#healing.push(resolve));
  }

  /** Resolves when the next request arrives. */
  another() {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  async #listen(port) {
    this.#server = http.createServer((request, response) => void this.#handle(request, response));
    this.#server.keepAliveTimeout = 2_000;
    this.#server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => this.#sockets.delete(socket));
    });
    await new Promise((resolve, reject) => this.#server.once("error", reject).listen(port, "127.0.0.1", resolve));
  }

  async #handle(request, response) {
    for (const resolve of this.#waiting.splice(0)) resolve();
    const chunks = [];
    try {
      for await (const chunk of request) chunks.push(chunk);
    } catch {
      return;
    }
    const exchange = new Exchange(this, request, response, Buffer.concat(chunks));
    const rule = this.rule;
    const isMeant = rule && request.url.startsWith(rule.only ?? "/");
    const struck = isMeant && this.random.chance(rule.probability ?? 1) ? rule.kind : null;
    const line = { at: Date.now(), method: request.method, path: request.url, fault: struck, status: null };
    exchange.line = line;
    this.log.push(line);
    try {
      if (struck) await faults[struck](exchange, this);
      else exchange.answer(await exchange.forward());
    } catch (error) {
      line.status = `broke: ${error.code ?? error.message}`;
      exchange.drop();
    }
    if (struck === "silent") this.#held.add(exchange);
  }
}

/** One request and its answer. */
class Exchange {
  constructor(proxy, request, response, body) {
    this.random = proxy.random;
    this.proxy = proxy;
    this.request = request;
    this.response = response;
    this.body = body;
  }

  /** Asks the site; answers its whole answer. */
  forward() {
    const { method, url, rawHeaders } = this.request;
    const headers = pairs(rawHeaders);
    return new Promise((resolve, reject) => {
      const options = { host: "127.0.0.1", port: this.proxy.backend, method, path: url, agent: false };
      const asked = http.request(options, async (answer) => {
        try {
          const chunks = [];
          for await (const chunk of answer) chunks.push(chunk);
          resolve({ status: answer.statusCode, headers: pairs(answer.rawHeaders), body: Buffer.concat(chunks) });
        } catch (error) {
          reject(error);
        }
      });
      for (const [name, value] of grouped(headers)) asked.setHeader(name, value);
      asked.on("error", reject);
      asked.end(this.body);
    });
  }

  answer({ status, headers, body }) {
    this.line.status = status;
    if (this.response.destroyed) return;
    for (const [name, value] of grouped(headers)) this.response.setHeader(name, value);
    this.response.writeHead(status);
    this.response.end(this.request.method === "HEAD" ? undefined : body);
  }

  say(status, headers, body) {
    this.line.status = status;
    if (this.response.destroyed) return;
    this.response.writeHead(status, { ...headers, "cache-control": "no-store" });
    this.response.end(body);
  }

  hold() {
    this.line.status = "held";
  }

  drop() {
    this.line.status ??= "dropped";
    this.request.socket.destroy();
  }
}

function pairs(raw) {
  const list = [];
  for (let at = 0; at < raw.length; at += 2) if (!hop.has(raw[at].toLowerCase())) list.push([raw[at], raw[at + 1]]);
  return list;
}

/** Names with all their values: a header such as `Set-Cookie` may stand more than once. */
function grouped(headers) {
  const map = new Map();
  for (const [name, value] of headers) map.set(name, [...(map.get(name) ?? []), value]);
  return [...map].map(([name, values]) => [name, values.length === 1 ? values[0] : values]);
}
