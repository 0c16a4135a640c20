// Whether anything still arrives. A browser says "disconnected" after five seconds; sound comes fifty times a second, and who
// looks knows after one.

const STILL = 1_000;
const STEADY = 1_000;
const ASLEEP = 1_000;

/**
 * When a packet was last played of all that a connection receives; asks the browser for no statistics.
 * @param {RTCPeerConnection} connection
 * @returns {number} a time of the browser's that only grows, 0 before the first packet
 */
export function lastArrival(connection) {
  const sources = connection.getReceivers().flatMap((receiver) => receiver.getSynchronizationSources());
  return Math.max(0, ...sources.map(({ timestamp }) => timestamp));
}

/** Feels for what flows. Once it has stopped, that is said once, until it has flowed again for a while. */
export class Pulse {
  #last = 0;
  #movedAt = 0;
  #since = null;
  #feltAt = 0;

  /**
   * @param {number} now milliseconds
   * @param {number} arrival see lastArrival
   * @returns {boolean} whether what flowed steadily has just been still for a second
   */
  beat(now, arrival) {
    const asleep = now - this.#feltAt > ASLEEP;
    this.#feltAt = now;
    if (arrival > this.#last) {
      this.#last = arrival;
      this.#movedAt = now;
      this.#since ??= now;
      return false;
    }
    // A page that was not run for a while knows nothing of that while.
    if (asleep) this.#movedAt = now;
    if (this.#since === null || now - this.#movedAt < STILL) return false;
    const steady = this.#movedAt - this.#since >= STEADY;
    this.#since = null;
    return steady;
  }
}
