// From numbers to one word, by the thresholds the server uses too (docs/protocol.md, `report`), and whether what arrives has
// stopped.

const POOR_LOSS = 0.1;
const BAD_LOSS = 0.15;
const POOR_ROUND_TRIP = 400;
const BAD_ROUND_TRIP = 1_000;
const STOPPED = 4_000;

/** @typedef {"good" | "poor" | "bad"} Quality */

/**
 * @param {{rtt_ms: number | null, loss_in: number, loss_out: number}} report
 * @returns {Quality}
 */
export function quality({ rtt_ms, loss_in, loss_out }) {
  const loss = Math.max(loss_in, loss_out);
  const roundTrip = rtt_ms ?? 0;
  if (loss >= BAD_LOSS || roundTrip >= BAD_ROUND_TRIP) return "bad";
  return loss >= POOR_LOSS || roundTrip >= POOR_ROUND_TRIP ? "poor" : "good";
}

/** Notices when a counter that should grow no longer does. */
export class Flow {
  #count = 0;
  #grewAt;

  /** @param {number} now milliseconds */
  constructor(now) {
    this.#grewAt = now;
  }

  /**
   * @param {number} count
   * @param {number} now
   */
  saw(count, now) {
    if (count !== this.#count) this.#grewAt = now;
    this.#count = count;
  }

  /** Starts the patience anew: only now was anything to be expected. */
  expect(now) {
    this.#grewAt = now;
  }

  /** @returns {number} when it last grew, or was first to be expected */
  get since() {
    return this.#grewAt;
  }

  /** @returns {boolean} whether nothing came for four seconds */
  stopped(now) {
    return now - this.#grewAt >= STOPPED;
  }
}
