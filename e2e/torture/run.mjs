// The torture run: rounds from a seed until the time is over, then the count of what was lost and what was untrue.
// `node e2e/torture/run.mjs [--minutes N] [--seed S] [--round N] [--sabotage journal]`
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { root } from "../support/site.mjs";
import { Random } from "./random.mjs";
import { Round } from "./round.mjs";
import { makeProof, makeRound } from "./script.mjs";
import { short, within } from "./tab.mjs";
import { World } from "./world.mjs";

const ROUND_PATIENCE = 240_000;

function options(words) {
  const given = { minutes: 1, seed: Math.floor(Math.random() * 4_294_967_296), first: 0, rounds: Infinity, sabotage: null };
  for (let at = 0; at < words.length; at += 2) {
    const value = words[at + 1];
    if (value === undefined) throw new Error(`${words[at]} needs a value`);
    if (words[at] === "--minutes") given.minutes = Number(value);
    else if (words[at] === "--seed") given.seed = Number(value);
    else if (words[at] === "--round") Object.assign(given, { first: Number(value), rounds: 1 });
    else if (words[at] === "--rounds") given.rounds = Number(value);
    else if (words[at] === "--sabotage") given.sabotage = value;
    else throw new Error(`there is no ${words[at]}; there are --minutes, --seed, --round, --rounds, --sabotage`);
  }
  return given;
}

const total = { rounds: 0, aborted: 0, tokens: 0, deleted: 0, spared: 0, lines: 0, conflicts: 0, offers: 0, faults: {}, losses: 0, untrue: 0, stuck: 0, errors: 0 };

function add(round) {
  total.rounds += 1;
  total.tokens += round.typed.size;
  total.deleted += round.deleted.size;
  total.spared += round.spared.size;
  total.lines += round.counts.lines;
  total.conflicts += round.counts.conflicts;
  total.offers += round.counts.offers;
  for (const [kind, count] of Object.entries(round.counts.faults)) total.faults[kind] = (total.faults[kind] ?? 0) + count;
  total.losses += round.losses.length;
  total.untrue += round.untrue.length;
  total.stuck += round.stuck.length;
}

/** Leaves what somebody needs who looks into it. */
async function keep(world, round, seed) {
  const folder = path.join(root, "e2e/out/torture", `seed-${seed}-round-${round.script.number}`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const put = (name, content) => writeFile(path.join(folder, name), typeof content === "string" ? content : JSON.stringify(content, null, 1));
  const note = round.id ? await world.owner.note(round.id).catch(() => null) : null;
  await put("again.txt", `cargo xtask torture --seed ${seed} --round ${round.script.number}\n`);
  await put("script.json", round.script);
  await put("what.json", { losses: round.losses, untrue: round.untrue, stuck: round.stuck });
  await put("story.json", world.story.map((line) => JSON.stringify({ ...line, at: line.at - round.began })).join("\n"));
  await put("requests.json", world.proxy.log.map((line) => JSON.stringify({ ...line, at: line.at - round.began })).join("\n"));
  await put("typed.json", [...round.typed].map(([token, { at, tab }]) => `${token} tab ${tab} at ${at - round.began}${round.deleted.has(token) ? " deleted" : ""}${round.spared.has(token) ? " spared" : ""}`).join("\n"));
  await put("note.json", note ?? "none");
  await put("site.log", world.site.log.slice(-200_000));
  if (round.evidence) {
    await put("page.html", round.evidence.html);
    await put("device.json", round.evidence.device ?? "none");
  }
  return path.relative(root, folder);
}

function told(round, seconds) {
  const faults = Object.values(round.counts.faults).reduce((sum, count) => sum + count, 0);
  const bad = round.losses.length + round.untrue.length + round.stuck.length;
  console.log(`round ${round.script.number}: ${seconds} s, ${round.script.tabs} tabs, ${round.typed.size} tokens, ${faults} faults, ${round.counts.lines} lines${bad ? "" : ", nothing lost"}`);
  for (const loss of round.losses) console.log(`  LOST ${loss.token}, typed in tab ${loss.tab} at ${loss.at - round.began} ms${loss.vouched ? ", said to be kept" : ""}`);
  for (const { tab, at, why } of round.untrue) console.log(`  UNTRUE tab ${tab} at ${at - round.began} ms: ${why}`);
  for (const { tab, left, line } of round.stuck) console.log(`  STUCK tab ${tab}: ${left.join(" ")} never reached the site; the line says “${line}”`);
  return bad;
}

/** A run that cannot fail is worth nothing: first it must notice words that nothing could keep. */
async function prove(world, random) {
  const round = new Round(world, makeProof(), random);
  await within(round.run(), "the proof", ROUND_PATIENCE);
  if (round.losses.length < 2) throw new Error(`two words that nothing could keep were lost, and ${round.losses.length} were missed`);
  console.log("proof: words that nothing can keep are missed");
}

async function main() {
  const { minutes, seed, first, rounds, sabotage } = options(process.argv.slice(2));
  console.log(`seed ${seed}`);
  const dice = new Random(seed);
  const world = new World(dice.branch("network"), { sabotage });
  for (const signal of ["SIGINT", "SIGTERM"]) {
    // Nothing of it is left running.
    process.once(signal, () => void world.stop().finally(() => process.exit(1)));
  }
  const deadline = Date.now() + minutes * 60_000;
  await world.start();
  try {
    await prove(world, dice.branch("proof"));
    for (let number = first; number < first + rounds && (Date.now() < deadline || number === first); number += 1) {
      world.story.length = world.proxy.log.length = 0;
      const round = new Round(world, makeRound(seed, number), dice.branch(`choices ${number}`));
      const began = Date.now();
      try {
        await within(round.run(), "the round", ROUND_PATIENCE);
      } catch (error) {
        total.aborted += 1;
        console.log(`round ${number}: given up: ${error.stack}`);
        await keep(world, round, seed);
        await round.heal().catch(() => {});
        await world.closeTabs().catch(() => {});
        await world.killBrowser();
        continue;
      }
      add(round);
      if (told(round, Math.round((Date.now() - began) / 1000))) console.log(`  see ${await keep(world, round, seed)}`);
      total.errors += world.story.filter(({ what }) => what === "script error").length;
    }
  } finally {
    await within(world.stop(), "stopping", 20_000).catch((error) => console.log(short(error)));
  }
  console.log(`\n${JSON.stringify({ seed, minutes, ...total }, null, 1)}`);
  const faults = Object.values(total.faults).reduce((sum, count) => sum + count, 0);
  console.log(`${total.rounds} rounds, ${faults} faults, ${total.tokens} tokens, ${total.lines} lines: ${total.losses} lost, ${total.untrue} untrue, ${total.stuck} stuck, ${total.aborted} rounds given up`);
  const good = total.rounds > 0 && total.losses + total.untrue + total.stuck === 0 && total.aborted * 10 <= total.rounds;
  process.exit(good ? 0 : 1);
}

await main();
