// What the status line claims, and whether it is so.
import { tokensIn } from "./tokens.mjs";

/** The first that fits names the claim. */
const kinds = [
  [/not kept anywhere/i, "nowhere"],
  [/in this page only|not on this device/i, "page only"],
  [/choose below|changed elsewhere/i, "apart"],
  [/sign in/i, "sign in"],
  [/refused/i, "refused"],
  [/offline/i, "offline"],
  [/^typing/i, "typing"],
  [/^saved|· saved/i, "saved"],
  [/^published/i, "published"],
  [/on this device/i, "device"],
];

/** What a line says: a kind, and whether it vouches for the text as being somewhere that outlives the page. */
export function read(line) {
  const kind = kinds.find(([pattern]) => pattern.test(line))?.[1] ?? "other";
  const vouches = ["saved", "published"].includes(kind) || (/on this device/i.test(line) && !/not on this device/i.test(line));
  return { kind, vouches };
}

/** How long something may still be said after its cause is gone: the longest wait between two tries, and a little. */
const LINGER = 45_000;

/**
 * Looks whether what a page said is so. Answers a sentence where it is not, else null.
 * `round` knows the world, what was deleted, and when there was trouble of what kind.
 */
export async function untrue(round, tab, message) {
  const { kind } = read(message.line);
  const { world } = round;
  // What goes on being said may be a moment behind the hand.
  const asked = message.kind === "stands" ? message.tokens.filter((token) => !(round.typed.get(token)?.at > message.at - 300)) : message.tokens;
  const missing = (present) => asked.filter((token) => !present.has(token) && !round.deleted.has(token));
  switch (kind) {
    case "saved":
    case "published": {
      if (message.kind === "line" && !tab.touched) return null;
      const stored = await round.stored(asked);
      const lost = missing(stored.tokens);
      if (lost.length) return `says “${message.line}”, but the site has not ${lost.slice(0, 5).join(" ")}`;
      return kind === "published" ? notPublished(round, message, asked) : notTheSame(round, tab, message, stored);
    }
    case "device":
    case "offline":
    case "sign in":
    case "apart": {
      const lost = await notKept(round, message, missing);
      if (lost) return lost;
      if (kind === "offline" && !round.troubled("network", message.at, LINGER)) return `says “${message.line}”, but the site answers`;
      if (kind === "sign in" && !round.troubled("session", message.at, LINGER)) return `says “${message.line}”, but the session is good`;
      return null;
    }
    case "refused":
      return round.refusedLately(message.at, LINGER) ? null : `says “${message.line}”, but the site refused nothing`;
    case "nowhere":
    case "page only":
      return round.troubled("storage", message.at, LINGER) || world.sabotage ? null : `says “${message.line}”, but the storage works`;
    case "typing":
      return message.at - (tab.lastInput ?? 0) > 3_000 ? `says “${message.line}” and nobody typed for 3 s` : null;
    default:
      return null;
  }
}

async function notKept(round, message, missing) {
  if (!/on this device/i.test(message.line) || /not on this device/i.test(message.line)) return null;
  const logs = await round.world.device();
  if (!logs) return null;
  const kept = new Set(logs.flatMap(({ fields }) => tokensIn(Object.values(fields).join("\n"))));
  let lost = missing(kept);
  if (lost.length === 0) return null;
  const stored = await round.stored(lost);
  lost = lost.filter((token) => !stored.tokens.has(token));
  return lost.length ? `says “${message.line}”, but neither this device nor the site has ${lost.slice(0, 5).join(" ")}` : null;
}

/** One tab, nobody else, nothing typed since: then what is stored is the text, byte for byte. */
async function notTheSame(round, tab, message, { note }) {
  if (!note || round.shared || tab.lastInput > message.at || message.body === null) return null;
  if (note.body === message.body) return null;
  const again = await round.world.owner.note(note.id);
  if (again.body === message.body || tab.lastInput > message.at || round.shared) return null;
  return `says “${message.line}”, but the text is another: ${difference(again.body, message.body)}`;
}

async function notPublished(round, message, asked) {
  const note = round.id && (await round.world.owner.note(round.id));
  if (!note || round.elsewhere) return null;
  if (!note.published) return `says “${message.line}”, but the note is not published`;
  if (note.visibility !== "public") return null;
  const text = await round.world.owner.published(note.slug);
  const lost = asked.filter((token) => !text?.includes(token) && !note.title.includes(token) && !round.deleted.has(token));
  return lost.length ? `says “${message.line}”, but readers do not get ${lost.slice(0, 5).join(" ")}` : null;
}

export function difference(stored, shown) {
  let at = 0;
  while (at < stored.length && stored[at] === shown[at]) at += 1;
  const piece = (text) => JSON.stringify(text.slice(Math.max(0, at - 15), at + 40));
  return `stored ${stored.length}, shown ${shown.length} long; at ${at} stored ${piece(stored)}, shown ${piece(shown)}`;
}
