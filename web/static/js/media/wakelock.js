// Keeps the screen on during the call, where the browser can.

/** A wish that survives the tab being hidden: the browser drops the lock then, and it is asked for again. */
export class WakeLock {
  #wanted = false;
  #lock = null;

  constructor() {
    document.addEventListener("visibilitychange", () => this.#settle());
  }

  /** @param {boolean} wanted */
  want(wanted) {
    if (this.#wanted === wanted) return;
    this.#wanted = wanted;
    this.#settle();
  }

  async #settle() {
    if (!this.#wanted) {
      this.#lock?.release().catch(() => {});
      this.#lock = null;
      return;
    }
    if (document.visibilityState !== "visible" || (this.#lock && !this.#lock.released)) return;
    try {
      this.#lock = await navigator.wakeLock.request("screen");
    } catch {
      // Not in this browser, or the battery is low: the screen may go dark, the call goes on.
      this.#lock = null;
    }
  }
}
