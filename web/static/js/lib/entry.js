// The questions put to the web process: "let me in", "where is my room now?", and "how did it go?" after the end. Each has a time
// limit and a defined answer.

import { within } from "./patience.js";

const PATIENCE = 10_000;

/**
 * @typedef {object} Entry
 * @property {string} ticket one use
 * @property {string} url the node's WebSocket
 * @property {"visitor" | "terminal" | "monitor"} role
 * @property {string} visrn
 * @property {"family" | "legal"} kind
 * @property {string} starts_at
 * @property {string} ends_at
 * @property {string} now
 * @property {{name: string, helpline: string, timezone: string}} jail
 * @property {string} terminal
 * @property {RTCIceServer[]} [ice_servers] relays for networks that let no UDP through, with credentials of our own
 */

/** @returns {string} */
const csrf = () => document.querySelector('meta[name="csrf-token"]')?.getAttribute("content") ?? "";

/**
 * @param {string} address
 * @param {object} body
 * @returns {Promise<{status: number, said: any}>} status 0 when nothing usable came back
 */
async function post(address, body) {
  const headers = { "Content-Type": "application/json", "X-CSRF-Token": csrf() };
  const request = { method: "POST", headers, body: JSON.stringify(body), credentials: "same-origin" };
  try {
    const answer = await fetch(address, { ...request, signal: within(PATIENCE) });
    return { status: answer.status, said: await answer.json().catch(() => ({})) };
  } catch {
    return { status: 0, said: {} };
  }
}

/**
 * Asks for a ticket.
 * @param {string} address
 * @returns {Promise<{entry: Entry} | {error: string}>} error "unreachable" when the server did not answer
 */
export async function askEntry(address) {
  const { status, said } = await post(address, {});
  if (status === 200 && said.ticket) return { entry: said };
  return { error: status === 0 || status >= 500 ? "unreachable" : (said.error ?? "not_admitted") };
}

/**
 * Asks where a session's room is.
 * @param {string} address
 * @param {string} session
 * @returns {Promise<{url: string} | {gone: {reason: string, ended_at: string}} | {error: string}>}
 */
export async function askRoom(address, session) {
  const { status, said } = await post(address, { session });
  if (status === 200 && said.url) return { url: said.url };
  if (status === 410) return { gone: said };
  return { error: said.error ?? "unreachable" };
}

/**
 * Asks what a visit that is over had lost, and what follows.
 * @param {string} address
 * @param {string} visrn
 * @returns {Promise<{lost: string[], next: string} | {again: boolean}>} sentences in the page's language; again: not on paper
 *   yet, or no answer
 */
export async function askAfter(address, visrn) {
  const { status, said } = await post(address, { visrn });
  if (status === 200 && said.settled) return said;
  return { again: status === 200 || status === 0 || status >= 500 };
}
