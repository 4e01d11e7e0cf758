// Random numbers from a seed: the same seed gives the same script.

export class Random {
  #state;

  constructor(seed) {
    this.#state = seed >>> 0;
  }

  /** From 0 up to, not including, 1 (mulberry32, public domain, by Tommy Ettinger). */
  unit() {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** A whole number from `low` to `high`, both included. */
  whole(low, high) {
    return low + Math.floor(this.unit() * (high - low + 1));
  }

  chance(probability) {
    return this.unit() < probability;
  }

  one(list) {
    return list[Math.floor(this.unit() * list.length)];
  }

  /** One of the keys of `weights`, as often as its number says. */
  weighted(weights) {
    let left = this.unit() * Object.values(weights).reduce((sum, weight) => sum + weight, 0);
    for (const [key, weight] of Object.entries(weights)) {
      left -= weight;
      if (left < 0) return key;
    }
    return Object.keys(weights)[0];
  }

  /** Another stream of numbers, the same for the same name. */
  branch(name) {
    let hash = 2_166_136_261 ^ this.#state;
    for (const character of String(name)) hash = Math.imul(hash ^ character.codePointAt(0), 16_777_619);
    return new Random(hash);
  }
}
