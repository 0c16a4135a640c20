// A limit for what may never answer.

/**
 * A signal that gives up after a while. `AbortSignal.timeout` is younger than some of the phones this runs on.
 * @param {number} milliseconds
 * @returns {AbortSignal}
 */
export function within(milliseconds) {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), milliseconds);
  return controller.signal;
}
