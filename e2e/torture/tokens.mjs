// What is typed so that it can be found again: every token stands once in a whole run.

const digits = "〇一二三四五六七八九";

/** `‹t123456›`, or the same number as 「記一二三四五六」. */
export function token(number, script = "latin") {
  const six = String(number).padStart(6, "0");
  if (script === "latin") return `‹t${six}›`;
  return `「記${[...six].map((digit) => digits[digit]).join("")}」`;
}

/** Every whole token of a text, in order. */
export function tokensIn(text) {
  return text.match(/‹t\d{6}›|「記[〇一二三四五六七八九]{6}」/g) ?? [];
}

const words = (
  "apple bridge copper dawn ember fallow garden hollow island juniper kettle lantern meadow nettle orchard pebble " +
  "quarry river saddle thistle umber valley willow yarrow zephyr Größe été naïve Straße любовь λόγος שלום مرحبا"
).split(" ");

/** Words that nobody looks for again. */
export function filler(random, count) {
  return Array.from({ length: count }, () => random.one(words)).join(" ");
}
