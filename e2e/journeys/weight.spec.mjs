// What a visitor downloads, and what machines find in the page.
import assert from "node:assert/strict";
import test from "node:test";
import { mf2 } from "microformats-parser";
import { assertQuiet, open, startBrowser } from "../support/browser.mjs";
import { startSite, vaults } from "../support/site.mjs";

test("a note is light and can be read by machines", async (t) => {
  const site = await startSite(t, { vault: vaults.manual });
  const browser = await startBrowser(t);

  await t.test("at most 30 kB in at most three requests, and no WebAssembly", async () => {
    const page = await browser.page(site, { javaScript: "on" });
    const session = await page.context().newCDPSession(page);
    await session.send("Network.enable");
    const kinds = new Map();
    let bytes = 0;
    session.on("Network.responseReceived", ({ requestId, type, response }) => kinds.set(requestId, { type, url: response.url }));
    session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
      if (kinds.get(requestId)?.type !== "Image") bytes += encodedDataLength;
    });
    await open(page, "/notes/footnotes");
    await page.waitForLoadState("networkidle");
    const requests = [...kinds.values()].filter(({ type, url }) => type !== "Image" && !url.startsWith("data:"));
    const list = requests.map(({ url }) => new URL(url).pathname);
    console.log(`a note: ${bytes} bytes in ${list.length} requests: ${list.join(" ")}`);
    assert.ok(list.length <= 3, list.join(" "));
    assert.ok(bytes <= 30_000, `${bytes} bytes`);
    assert.ok(!list.some((address) => address.endsWith(".wasm")));
    assertQuiet(page);
  });

  await t.test("it is compressed, may be kept, and is not sent twice", async () => {
    for (const coding of ["br", "gzip"]) {
      const answer = await fetch(`${site.origin}/notes/footnotes`, { headers: { "accept-encoding": coding } });
      assert.equal(answer.headers.get("content-encoding"), coding);
      assert.match(answer.headers.get("vary"), /accept-encoding/i);
      const tag = answer.headers.get("etag");
      assert.match(tag, /^"/, "a strong ETag");
      const again = await fetch(`${site.origin}/notes/footnotes`, { headers: { "accept-encoding": coding, "if-none-match": tag } });
      assert.equal(again.status, 304);
    }
    const html = await (await fetch(`${site.origin}/notes/footnotes`)).text();
    const style = html.match(/href="(\/pkg\/[^"]+\.css)"/)[1];
    const sheet = await fetch(site.origin + style, { headers: { "accept-encoding": "br" } });
    assert.match(sheet.headers.get("cache-control"), /immutable/);
    assert.equal(sheet.headers.get("content-encoding"), "br");
  });

  await t.test("the policy allows no inline script but those of its hashes", async () => {
    const answer = await fetch(`${site.origin}/notes/footnotes`);
    const policy = answer.headers.get("content-security-policy");
    const scripts = policy.split(";").find((part) => part.trim().startsWith("script-src")) ?? "";
    assert.match(scripts, /'self'/);
    assert.doesNotMatch(scripts, /'unsafe-inline'|'unsafe-eval'| \*|https?:/);
    assert.match(policy, /object-src 'none'|default-src 'none'/);
    assert.match(policy, /frame-ancestors/);
    assert.match(policy, /base-uri/);
    assert.equal(answer.headers.get("x-content-type-options"), "nosniff");
    assert.ok(answer.headers.get("referrer-policy"));
  });

  await t.test("microformats, Open Graph and the canonical address", async () => {
    const html = await (await fetch(`${site.origin}/notes/footnotes`)).text();
    const entry = mf2(html, { baseUrl: site.origin }).items.find((item) => item.type.includes("h-entry"));
    assert.ok(entry, "an h-entry");
    assert.equal(entry.properties.name[0], "Footnotes");
    assert.ok(entry.properties.content?.[0], "its content");
    assert.ok(entry.properties.published?.[0], "its date");
    assert.ok(entry.properties.url?.[0].endsWith("/notes/footnotes"), "its address");
    for (const property of ["og:title", "og:type", "og:url", "og:description"]) {
      assert.match(html, new RegExp(`<meta[^>]*property="${property}"`), property);
    }
    assert.match(html, /<link[^>]*rel="canonical"[^>]*href="[^"]*\/notes\/footnotes"/);
    assert.match(html, /<html[^>]*lang="/);
  });
});
