// The server's clock as this page knows it. Everything the page times (time left, notices, the end) follows it: a phone's own
// clock may be minutes off, and may be set while the page is open.

const SAMPLES = 12;

/**
 * Milliseconds of the server's wall clock, carried on by the page's monotonic one.
 *
 * Each message that says the server's time gives one sample: offset minus the time the message travelled. The largest of the
 * last samples is the one that travelled the least, so it is the one believed.
 */
export class ServerClock {
  #local;
  #offsets = [];

  /** @param {() => number} local a monotonic clock in milliseconds */
  constructor(local = () => performance.now()) {
    this.#local = local;
  }

  /** @returns {boolean} whether the server has said its time at least once */
  get known() {
    return this.#offsets.length > 0;
  }

  /**
   * Takes in what the server says the time is.
   * @param {string | undefined} iso ISO 8601; anything else is passed over
   */
  observe(iso) {
    const at = Date.parse(iso ?? "");
    if (Number.isNaN(at)) return;
    this.#offsets.push(at - this.#local());
    if (this.#offsets.length > SAMPLES) this.#offsets.shift();
  }

  /** @returns {number} milliseconds since 1970 on the server's clock; the device's own before the first sample */
  now() {
    return this.known ? this.#local() + Math.max(...this.#offsets) : Date.now();
  }
}
