// What the status line claims, and whether it is so.
import { tokensIn } from "./tokens.mjs";

/** What a line may say; several at once. */
const kinds = {
  typing: /^typing/i,
  saved: /^saved|· saved/i,
  published: /^published \d/i,
  offline: /^offline since/i,
  "sign in": /^sign in/i,
  refused: /refused:/i,
  apart: /choose below/i,
  nowhere: /not kept anywhere/i,
  "no device": /nothing is kept on this device/i,
  device: /(?<!not )(?<!kept )on this device/i,
};

/** The kinds of a line's claims, and whether it vouches for the text as being somewhere that outlives the page. */
export function read(line) {
  const claims = Object.keys(kinds).filter((kind) => kinds[kind].test(line));
  return { claims, vouches: ["saved", "published", "device"].some((kind) => claims.includes(kind)) };
}

/** How long something may still be said after its cause is gone: the longest wait between two tries, and a little. */
const LINGER = 45_000;

/**
 * Looks whether what a page said is so. Answers a sentence where it is not, else null.
 * `round` knows the world, what was deleted, and when there was trouble of what kind.
 */
export async function untrue(round, tab, message) {
  if (!tab.touched && message.kind === "line") return null;
  // What goes on being said may be a moment behind the hand.
  const asked = message.kind === "stands" ? message.tokens.filter((token) => !(round.typed.get(token)?.at > message.at - 300)) : message.tokens;
  const facts = { round, tab, message, asked, missing: (present) => asked.filter((token) => !present.has(token) && !round.deleted.has(token)) };
  for (const claim of read(message.line).claims) {
    const why = await checks[claim](facts);
    if (why) return `says “${message.line}”, but ${why}`;
  }
  return null;
}

const since = ({ round, message }, kind) => round.troubled(kind, message.at, LINGER);

const checks = {
  typing: ({ message }) => (message.at - message.input > 3_000 ? "nobody typed for 3 s" : null),
  async saved(facts) {
    const stored = await facts.round.stored(facts.asked);
    const lost = facts.missing(stored.tokens);
    if (lost.length) return `the site has not ${lost.slice(0, 5).join(" ")}`;
    return notTheSame(facts.round, facts.tab, facts.message, stored);
  },
  async published(facts) {
    const stored = await facts.round.stored(facts.asked);
    const lost = facts.missing(stored.tokens);
    if (lost.length) return `the site has not ${lost.slice(0, 5).join(" ")}`;
    return notPublished(facts.round, facts.asked);
  },
  device: notKept,
  offline: (facts) => (since(facts, "network") ? null : "the site answers"),
  async "sign in"(facts) {
    return since(facts, "session") || !(await facts.round.world.signedIn()) ? null : "the session is good";
  },
  refused: ({ round, message }) => (round.refusedLately(message.at, LINGER) ? null : "the site refused nothing"),
  apart: ({ round }) => (round.shared ? null : "nobody else wrote"),
  nowhere: (facts) => (since(facts, "storage") ? null : "the storage works"),
  "no device": (facts) => (since(facts, "storage") ? null : "the storage works"),
};

async function notKept({ round, missing }) {
  const logs = await round.world.device();
  if (!logs) return null;
  let lost = missing(new Set(logs.flatMap(({ fields }) => tokensIn(Object.values(fields).join("\n")))));
  if (lost.length === 0) return null;
  // It may have gone on to the site meanwhile, and been forgotten here.
  const stored = await round.stored(lost);
  lost = lost.filter((token) => !stored.tokens.has(token));
  return lost.length ? `neither this device nor the site has ${lost.slice(0, 5).join(" ")}` : null;
}

/** One tab, nobody else, nothing typed since: then what is stored is the text, byte for byte. */
async function notTheSame(round, tab, message, { note }) {
  const settled = () => note && !message.own && !round.shared && round.ids.size === 1 && tab.lastInput <= message.at && message.body !== null;
  if (!settled() || note.body === message.body) return null;
  const again = await round.world.owner.note(note.id);
  return again.body === message.body || !settled() ? null : `the text is another: ${difference(again.body, message.body)}`;
}

async function notPublished(round, asked) {
  const note = round.id && (await round.world.owner.note(round.id));
  if (!note || round.elsewhere || round.ids.size > 1) return null;
  if (!note.published) return "the note is not published";
  if (note.visibility !== "public") return null;
  const text = await round.world.owner.published(note.slug);
  const lost = asked.filter((token) => !text?.includes(token) && !note.title.includes(token) && !round.deleted.has(token));
  return lost.length ? `readers do not get ${lost.slice(0, 5).join(" ")}` : null;
}

export function difference(stored, shown) {
  let at = 0;
  while (at < stored.length && stored[at] === shown[at]) at += 1;
  const piece = (text) => JSON.stringify(text.slice(Math.max(0, at - 15), at + 40));
  return `stored ${stored.length}, shown ${shown.length} long; at ${at} stored ${piece(stored)}, shown ${piece(shown)}`;
}
