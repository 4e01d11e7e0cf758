// The desk without a network. Its scope is /desk, so visitors' pages never meet it; whatever it does not know it leaves
// to the browser. In front of this the server writes two lines: `BUILD`, which names the built site, and `ASSETS`, the
// addresses of all its files.
//
// A new version waits until no page of the desk is open (the browser's own rule, which is left alone), so the files of a
// build stay as long as a page of it does.

const ASSET_CACHE = `commonplace assets ${BUILD}`;
const PAGE_CACHE = "commonplace pages";
// Pages that are kept from the first day. A note that is not kept opens in the page for new ones: its text comes from the
// device.
const SHELL = ["/desk", "/desk/notes", "/desk/notes/new", "/desk/offline"];
const NOTE = /^\/desk\/notes\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;
const NOTES_KEPT = 40;
// Milliseconds until a page that is kept is shown although the network may still answer.
const PATIENCE = 3000;

self.addEventListener("install", (event) => event.waitUntil(Promise.all([keepAssets(), keepShell(SHELL)])));

// `claim`, so that the page that brought the worker is served by it too.
self.addEventListener("activate", (event) => event.waitUntil(Promise.all([self.clients.claim(), sweep()])));

// Every page of the desk says "here": after somebody has signed in again, the shell has to be fetched again.
self.addEventListener("message", (event) => {
  if (event.data === "here") event.waitUntil(missing().then(keepShell));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (pathname.startsWith("/pkg/") || ASSETS.includes(pathname)) event.respondWith(asset(request));
  else if (request.mode === "navigate" && /^\/desk(\/|$)/.test(pathname)) event.respondWith(page(event));
});

async function asset(request) {
  return (await caches.match(request.url, { ignoreVary: true })) ?? fetch(request);
}

// The network's page, or after a short wait the one that is kept.
async function page(event) {
  const url = new URL(event.request.url);
  const asked = fetch(event.request);
  event.waitUntil(asked.then((answer) => remember(url, answer.clone())).catch(() => {}));
  const answer = await Promise.race([asked.catch(() => null), after(PATIENCE, "slow")]);
  // A proxy that answers for a site that does not run counts as no answer.
  if (answer instanceof Response && !(answer.status >= 502 && answer.status <= 504)) return answer;
  const kept = await recall(url);
  if (kept) return kept;
  return answer === "slow" ? asked.catch(nothing) : answer ?? nothing();
}

async function nothing() {
  return (await (await caches.open(PAGE_CACHE)).match("/desk/offline", { ignoreVary: true })) ?? Response.error();
}

async function remember(url, answer) {
  // A redirect tells nothing of itself; most often it leads to the sign-in page.
  if (answer.type === "opaqueredirect") return forgetIfSignedOut();
  const cache = await caches.open(PAGE_CACHE);
  if (answer.status === 404 || answer.status === 410) return cache.delete(url.pathname);
  if (!url.search && (SHELL.includes(url.pathname) || NOTE.test(url.pathname))) await keep(cache, url.pathname, answer);
}

// Keeps a page that is ours: a hotel's portal answers in everybody's name.
async function keep(cache, path, answer) {
  if (!answer.ok || answer.redirected || !(await answer.clone().text()).includes("data-build=")) return;
  // Deleted first, so that the pages stand in the order in which they were opened.
  await cache.delete(path);
  await cache.put(path, answer);
  const notes = (await cache.keys()).filter(({ url }) => NOTE.test(new URL(url).pathname));
  for (const oldest of notes.slice(0, -NOTES_KEPT)) await cache.delete(oldest);
}

async function recall(url) {
  const cache = await caches.open(PAGE_CACHE);
  const kept = await cache.match(url.pathname, { ignoreVary: true });
  const note = NOTE.exec(url.pathname);
  if (kept || !note) return kept;
  return (await isOnDevice(note[1])) ? cache.match("/desk/notes/new", { ignoreVary: true }) : undefined;
}

// Whether the editor keeps anything of this note (app/src/notes/editor/device.rs).
function isOnDevice(note) {
  return new Promise((resolve) => {
    const opening = indexedDB.open("commonplace");
    // There is no such database, and this must not make it.
    opening.onupgradeneeded = () => opening.transaction.abort();
    opening.onerror = () => resolve(false);
    opening.onsuccess = () => {
      const database = opening.result;
      try {
        const rows = database.transaction("log").objectStore("log").count(IDBKeyRange.bound([note], [note, []]));
        rows.onsuccess = () => resolve(rows.result > 0);
        rows.onerror = () => resolve(false);
      } catch {
        resolve(false);
      }
      database.close();
    };
  });
}

async function keepAssets() {
  const cache = await caches.open(ASSET_CACHE);
  await Promise.all(ASSETS.map(async (address) => {
    const answer = (await caches.match(address, { ignoreVary: true })) ?? (await fetch(address));
    if (!answer.ok) throw new Error(`${address} answers ${answer.status}`);
    await cache.put(address, answer);
  }));
}

async function missing() {
  const cache = await caches.open(PAGE_CACHE);
  const there = await Promise.all(SHELL.map((path) => cache.match(path, { ignoreVary: true })));
  return SHELL.filter((_, at) => !there[at]);
}

async function keepShell(paths) {
  const cache = await caches.open(PAGE_CACHE);
  // What fails now is fetched when the next page says "here".
  await Promise.all(paths.map((path) => fetch(path).then((answer) => keep(cache, path, answer)).catch(() => {})));
}

// Files of earlier builds go, except those that a kept page still needs.
async function sweep() {
  const cache = await caches.open(PAGE_CACHE);
  const pages = await Promise.all((await cache.keys()).map(async (key) => (await cache.match(key, { ignoreVary: true })).text()));
  const needed = new Set(pages.flatMap((html) => html.match(/\/(pkg|desk)\/[^"]+\.(js|css|wasm)/g) ?? []).filter((address) => !ASSETS.includes(address)));
  for (const name of await caches.keys()) {
    if (!name.startsWith("commonplace assets ") || name === ASSET_CACHE) continue;
    const old = await caches.open(name);
    const held = await Promise.all([...needed].map((address) => old.match(address, { ignoreVary: true })));
    if (!held.some(Boolean)) await caches.delete(name);
  }
}

async function forgetIfSignedOut() {
  const answer = await fetch("/desk/offline", { cache: "no-store" });
  if (answer.redirected && new URL(answer.url).pathname === "/sign-in") await caches.delete(PAGE_CACHE);
}

function after(milliseconds, value) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds, value));
}
