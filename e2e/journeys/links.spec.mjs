// Every internal link of every public page leads somewhere.
import assert from "node:assert/strict";
import test from "node:test";
import { startSite, vaults } from "../support/site.mjs";

/** Follows every internal `href` and `src` from `/`; answers what was asked for, with its status and where it stood. */
async function crawl(origin) {
  const seen = new Map([["/", { status: 0, from: "" }]]);
  const anchors = [];
  const ids = new Map();
  const queue = ["/"];
  const visit = async (address) => {
    const answer = await fetch(origin + address);
    seen.get(address).status = answer.status;
    if (!answer.headers.get("content-type")?.startsWith("text/html")) return void (await answer.arrayBuffer());
    const html = await answer.text();
    ids.set(address, new Set([...html.matchAll(/\sid="([^"]*)"/g)].map((found) => decode(found[1]))));
    for (const [, found] of html.matchAll(/\s(?:href|src)="([^"]*)"/g)) {
      const url = new URL(decode(found), origin + address);
      if (url.origin !== origin) continue;
      const next = url.pathname + url.search;
      if (url.hash) anchors.push({ from: address, to: next, id: decodeURIComponent(url.hash.slice(1)) });
      if (seen.has(next)) continue;
      seen.set(next, { status: 0, from: address });
      queue.push(next);
    }
  };
  while (queue.length) await Promise.all(queue.splice(0, 8).map(visit));
  return { seen, anchors, ids };
}

const decode = (text) =>
  text.replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

for (const [name, vault] of Object.entries(vaults)) {
  if (!vault) {
    console.log(`left out: the links of the ${name} vault, which is not on this machine`);
    continue;
  }
  test(`no internal link of the ${name} vault is broken`, async (t) => {
    const site = await startSite(t, { vault });
    const { seen, anchors, ids } = await crawl(site.origin);
    const broken = [...seen].filter(([, { status }]) => status !== 200);
    const lines = broken.map(([address, { status, from }]) => `${from} → ${address}: ${status}`);
    assert.deepEqual(lines, []);
    assert.ok(seen.size > 40, `${seen.size} addresses`);
    const missing = anchors.filter(({ to, id }) => id && ids.has(to) && !ids.get(to).has(id));
    // A place that is not there in the vault either is named in the import's report.
    const unreported = missing.filter(({ id }) => !site.report.includes(id.replace(/^n-/, "")));
    assert.deepEqual(unreported.map(({ from, to, id }) => `${from} → ${to}#${id}`), []);
    console.log(`${name}: ${seen.size} addresses, ${anchors.length} links to a place in a page`);
  });
}
