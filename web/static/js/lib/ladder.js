// When to try again after a dropped connection (docs/protocol.md, "Resuming").

const STEPS = [0, 300, 1200, 2700, 4800];
const LAST = 7000;
const JITTER = 0.2;
const FAILURES_BEFORE_ASKING = 2;

/** The waits between tries: 0, 0.3, 1.2, 2.7, 4.8 seconds, then 7 each, spread so that a full prison doesn't come back at once. */
export class Ladder {
  #random;
  #tries = 0;

  /** @param {() => number} random a number in [0, 1) */
  constructor(random = Math.random) {
    this.#random = random;
  }

  /**
   * The next try.
   * @returns {{delay: number, ask: boolean}} milliseconds to wait, and whether to ask first where the room is now: the node
   *   may be gone for good, and its rooms placed on another one
   */
  next() {
    const step = STEPS[this.#tries] ?? LAST;
    const ask = this.#tries >= FAILURES_BEFORE_ASKING;
    this.#tries += 1;
    return { delay: Math.round(step * (1 + JITTER * (2 * this.#random() - 1))), ask };
  }

  /** From the bottom again: the connection holds. */
  reset() {
    this.#tries = 0;
  }
}
