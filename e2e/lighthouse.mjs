// Lighthouse's mobile run on home, list and note; every category must be 100.
import { execFile } from "node:child_process";
import { mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { pause, root, startSite, vaults } from "./support/site.mjs";

const flags = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking " +
  "--disable-component-update --disable-sync --host-resolver-rules='MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'";
const out = path.join(root, "e2e/out/lighthouse");
await mkdir(out, { recursive: true });

const cleanUp = [];
const site = await startSite({ after: (step) => cleanUp.push(step) }, { vault: vaults.manual });
let low = 0;
try {
  for (const [name, address] of [["home", "/"], ["list", "/notes"], ["note", "/notes/footnotes"]]) {
    const file = path.join(out, `${name}.json`);
    const words = [process.env.LIGHTHOUSE, site.origin + address, "--output=json", `--output-path=${file}`, "--quiet", `--chrome-flags=${flags}`];
    await promisify(execFile)("node", words, { env: { ...process.env, CHROME_PATH: process.env.CHROMIUM }, maxBuffer: 64 << 20 });
    const { categories, audits } = JSON.parse(await readFile(file, "utf8"));
    const scores = Object.values(categories).map(({ title, score }) => `${title} ${Math.round(score * 100)}`);
    console.log(`${name.padEnd(6)} ${scores.join(", ")}; largest paint ${audits["largest-contentful-paint"].displayValue}`);
    for (const category of Object.values(categories).filter(({ score }) => score < 1)) {
      low += 1;
      for (const { id } of category.auditRefs.filter(({ id, weight }) => weight > 0 && audits[id].score !== null && audits[id].score < 1)) {
        console.log(`       ${category.title}: ${audits[id].title} ${audits[id].displayValue ?? ""}`);
      }
    }
    await pause(500);
  }
} finally {
  for (const step of cleanUp) await step();
}
if (low) {
  console.error(`lighthouse: ${low} of the scores above are below 100`);
  process.exitCode = 1;
}
