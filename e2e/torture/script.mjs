// A round, made up from a seed before anything runs: what is typed and what goes wrong, as plain data.
import { Random } from "./random.mjs";
import { filler, token } from "./tokens.mjs";

const typing = {
  words: 22, keys: 22, burst: 8, compose: 9, newline: 8, remove: 7, replace: 4, undo: 4, paste: 5, caret: 8, title: 2,
  pause: 12, save: 2, publish: 3,
};
const faults = {
  "kill-tab": 9, "kill-browser": 4, "kill-server": 6, down: 7, cut: 7, lost: 7, delay: 6, duplicate: 7, reorder: 6, broken: 6,
  busy: 5, portal: 6, silent: 5, late: 4, offline: 5, expire: 5, quota: 5, "broken-storage": 4, clock: 5, reload: 6, freeze: 3,
  "open-tab": 8, "close-tab": 4, "edit-elsewhere": 7, "publish-elsewhere": 4, "withdraw-elsewhere": 3, "rename-elsewhere": 4,
  "trash-elsewhere": 3, "kill-composing": 3,
};

/** Round `number` of the script that `seed` stands for. */
export function makeRound(seed, number) {
  const random = new Random(seed).branch(`round ${number}`);
  let next = (number % 1000) * 1000;
  const fresh = (script) => token((next += 1) - 1, script);
  const tabs = Number(random.weighted({ 1: 60, 2: 28, 3: 12 }));
  const steps = [];
  const length = random.whole(14, 30);
  for (let at = 0; at < length; at += 1) {
    const tab = random.whole(0, tabs - 1);
    steps.push(typed(random, tab, fresh));
    if (random.chance(0.3)) steps.push(fault(random, tab, fresh));
  }
  return {
    number,
    note: random.chance(0.3) ? "new" : "old",
    visibility: random.chance(0.5) ? "public" : "private",
    paragraphs: Array.from({ length: random.whole(1, 12) }, () => filler(random, random.whole(5, 40))),
    tabs,
    steps,
    end: random.weighted({ wait: 3, reopen: 5, "kill-tab": 2, "kill-browser": 1 }),
  };
}

function typed(random, tab, fresh) {
  const kind = random.weighted(typing);
  const step = { do: kind, tab };
  switch (kind) {
    case "words":
      return { ...step, do: "type", text: `${filler(random, random.whole(1, 6))} ${fresh()} `, each: random.whole(0, 25) };
    case "keys":
      return { ...step, do: "type", text: ` ${fresh()} `, each: random.whole(5, 90) };
    case "burst":
      return { ...step, do: "type", text: Array.from({ length: random.whole(3, 8) }, () => fresh()).join(" ") + " ", each: 0 };
    case "compose":
      return { ...step, text: fresh("cjk"), each: random.whole(20, 120), ends: random.weighted({ commit: 8, blur: 1 }) };
    case "newline":
      return { ...step, times: random.whole(1, 2) };
    case "remove":
      return { ...step, key: random.one(["Backspace", "Backspace", "Delete", "Control+Backspace"]), times: random.whole(1, 12) };
    case "replace":
      return { ...step, from: random.unit(), length: random.whole(1, 60), text: ` ${fresh()} ` };
    case "undo":
      return { ...step, times: random.whole(1, 4), redo: random.chance(0.5) };
    case "paste":
      return { ...step, text: `${filler(random, random.whole(3, 60))}\n\n${fresh()}\n` };
    case "caret":
      return { ...step, to: random.unit() };
    case "title":
      return { ...step, text: ` ${fresh()}` };
    case "pause":
      return { ...step, for: random.weighted({ 150: 2, 400: 3, 1200: 3, 2600: 3, 4500: 1 }) | 0 };
    default:
      return step;
  }
}

function fault(random, tab, fresh) {
  const kind = random.weighted(faults);
  const step = { do: "fault", kind, tab };
  const lasting = random.whole(300, 5_000);
  switch (kind) {
    case "kill-tab":
    case "kill-browser":
      return { ...step, after: random.weighted({ 0: 2, 120: 1, 260: 3, 600: 2, 2200: 1 }) | 0, reopen: random.whole(0, 1_500) };
    case "kill-composing":
      return { ...step, text: fresh("cjk"), after: random.whole(250, 900), reopen: random.whole(0, 800) };
    case "clock":
      return { ...step, by: random.one([86_400_000, -86_400_000, 3_600_000, -5_000]) };
    case "late":
      return { ...step, for: random.whole(4_000, 9_000), probability: random.one([0.5, 1]) };
    case "busy":
      return { ...step, for: lasting, seconds: random.whole(1, 3), probability: random.one([0.5, 1]) };
    case "edit-elsewhere":
      return { ...step, where: random.unit(), text: `${fresh()} ${filler(random, random.whole(1, 8))}` };
    case "rename-elsewhere":
      return { ...step, slug: `renamed-${random.whole(0, 999_999)}` };
    case "trash-elsewhere":
      return { ...step, for: random.whole(500, 6_000) };
    case "expire":
      return { ...step, for: random.whole(300, 6_000) };
    default:
      return { ...step, for: lasting, probability: random.one([0.3, 0.6, 1]) };
  }
}

/** A round that must lose its words: what is typed can be kept nowhere, and its tab is killed. */
export function makeProof() {
  return {
    number: "proof",
    note: "old",
    visibility: "private",
    paragraphs: ["It begins."],
    tabs: 1,
    steps: [
      { do: "fault", kind: "sabotage", tab: 0 },
      { do: "type", tab: 0, text: `${token(999_001)} ${token(999_002, "cjk")} `, each: 5 },
      { do: "fault", kind: "kill-tab", tab: 0, after: 600, reopen: 100 },
    ],
    end: "reopen",
  };
}
