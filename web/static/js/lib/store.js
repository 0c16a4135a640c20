// What survives a reload of this tab, and is not seen by any other: the session's token and what was chosen at the device check.

const KEY = "mulakat.visit";

/**
 * @typedef {object} Kept
 * @property {object} entry what the web process said about the visit
 * @property {string | null} session the token to resume with; null until the server's welcome
 * @property {string} proposed the token asked for with the ticket: the same hello can be said again with it
 * @property {string} url the node's WebSocket
 * @property {Chosen | null} chosen null until the device check is done
 * @property {string[]} [read] the ids of the staff's warnings that were read
 */

/**
 * @typedef {object} Chosen
 * @property {boolean} camera whether a camera takes part
 * @property {boolean} microphone whether a microphone takes part
 * @property {string | null} cameraId
 * @property {string | null} microphoneId
 * @property {boolean} muted
 * @property {boolean} hidden the camera is switched off
 */

/** @returns {Kept | null} null as well where the browser keeps nothing (private mode, blocked site data) */
export function recall() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? "null");
  } catch {
    return null;
  }
}

/** @param {Kept} kept */
export function keep(kept) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // A reload will then ask for the link again; the call itself goes on.
  }
}

/** Forgets the visit: it is over, or was refused. */
export function forget() {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // Nothing was kept.
  }
}
