/** Numbers that look random and are the same for the same seed. */
export class Random {
  #state;

  /** @param {string} seed */
  constructor(seed) {
    this.#state = Array.from(seed).reduce(
      (hash, letter) => Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 16777619),
      2166136261,
    );
  }

  /** A whole number from 0 to below `end`. @param {number} end */
  below(end) {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % Math.max(end, 1);
  }

  /** A whole number from `start` to below `end`; `start` where there is none. @param {number} start @param {number} end */
  between(start, end) {
    return start + this.below(end - start);
  }

  /** @template Value @param {readonly Value[]} values @returns {Value} */
  of(values) {
    return /** @type {Value} */ (values[this.below(values.length)]);
  }

  /** @template Value @param {readonly Value[]} values @returns {Value[]} */
  shuffled(values) {
    return values
      .map((value) => ({ value, key: this.below(2 ** 31) }))
      .sort((a, b) => a.key - b.key)
      .map(({ value }) => value);
  }
}
