// The conversation with the room's node: one WebSocket at a time, resumed by itself for as long as the visit lasts.
// Messages, close codes and error ids: docs/protocol.md.

import { askRoom } from "./entry.js";
import { Ladder } from "./ladder.js";

export const VERSION = 1;
const SILENCE = 12_000;
const OPENING = 6_000;
const STEADY = 5_000;

/** Close codes after which trying again with the same token is pointless; every other close is resumed. */
const FINAL = new Map([
  [4003, "ticket_refused"],
  [4004, "session_unknown"],
  [4009, "already_connected"],
  [4013, "room_full"],
]);
const ENDED = 4010;
const NODE_LEAVING = 4011;

/** Error ids that come without a close code of their own, and are as final. */
const FATAL = new Set(["origin_refused", "version_unsupported"]);

/**
 * @typedef {object} Listener
 * @property {(welcome: any) => void} onWelcome hello or resume was accepted
 * @property {(message: any) => void} onMessage every other message, in order, each once
 * @property {() => void} onDown the connection dropped; it is being resumed
 * @property {(id: string) => void} onRefused the server won't have us; nothing more is tried
 * @property {(reason: string, endedAt: string) => void} onGone the visit is over
 */

/** A conversation that outlives its sockets. */
export class Conversation {
  #listener;
  #resumeUrl;
  #ladder;
  #url;
  #ticket = null;
  #session = null;
  #proposed = null;
  #seq = 0;
  #socket = null;
  #welcomed = false;
  #timers = new Map();
  #over = false;
  #ask = false;

  /**
   * @param {{url: string, ticket?: string, proposed?: string, session?: string, resumeUrl: string, listener: Listener,
   *   ladder?: Ladder}} options proposed: the session token to ask for with the ticket
   */
  constructor({ url, ticket, proposed, session, resumeUrl, listener, ladder = new Ladder() }) {
    this.#url = url;
    this.#ticket = ticket ?? null;
    this.#session = session ?? null;
    this.#proposed = proposed ?? null;
    this.#resumeUrl = resumeUrl;
    this.#listener = listener;
    this.#ladder = ladder;
  }

  /** Where the room is now; changes when a node died. */
  get url() {
    return this.#url;
  }

  /** Whether messages can be sent now. */
  get up() {
    return this.#welcomed;
  }

  open() {
    this.#connect();
  }

  /**
   * Sends a message if the connection is up. What is not sent is not kept: after a resume the page says again what still holds.
   * @param {string} type
   * @param {object} fields
   */
  send(type, fields = {}) {
    if (this.#welcomed) this.#socket.send(JSON.stringify({ type, ...fields }));
  }

  /** Drops the socket, or stops waiting for the next try, and resumes at once, on purpose. */
  again() {
    this.#ladder.reset();
    this.#drop(1000);
    this.#retry();
  }

  /** Ends the conversation for good. */
  close() {
    this.#over = true;
    this.#drop(1000);
  }

  #connect() {
    if (this.#over) return;
    let socket;
    try {
      socket = new WebSocket(this.#url);
    } catch {
      this.#retry();
      return;
    }
    this.#socket = socket;
    socket.onopen = () => this.#greet();
    socket.onmessage = (event) => this.#receive(event.data);
    socket.onclose = (event) => this.#closed(event.code);
    this.#set("silence", OPENING, () => this.#silent());
  }

  #greet() {
    const first = this.#session
      ? { type: "resume", version: VERSION, session: this.#session, last_seq: this.#seq }
      : { type: "hello", version: VERSION, ticket: this.#ticket, session: this.#proposed };
    this.#socket.send(JSON.stringify(first));
  }

  #receive(data) {
    this.#set("silence", SILENCE, () => this.#silent());
    const message = JSON.parse(data);
    if (message.type === "ping") this.send("pong");
    if (message.type === "welcome") this.#welcome(message);
    else if (message.seq === undefined || message.seq > this.#seq) this.#deliver(message);
  }

  #welcome(message) {
    this.#session = message.session;
    this.#seq = message.seq;
    this.#welcomed = true;
    this.#set("steady", STEADY, () => this.#ladder.reset());
    this.#listener.onWelcome(message);
  }

  #deliver(message) {
    this.#seq = message.seq ?? this.#seq;
    if (message.type === "error" && FATAL.has(message.id)) this.#refuse(message.id);
    else this.#listener.onMessage(message);
  }

  /** A socket that says nothing is a dropped one; its close event may never come, so it is not waited for. */
  #silent() {
    this.#drop(4015);
    this.#retry();
  }

  #drop(code) {
    const socket = this.#socket;
    this.#forget();
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close(code);
  }

  #forget() {
    this.#socket = null;
    this.#welcomed = false;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  #closed(code) {
    this.#forget();
    if (this.#over) return;
    if (FINAL.has(code)) this.#refuse(FINAL.get(code));
    else {
      this.#ask = code === ENDED || code === NODE_LEAVING;
      this.#retry();
    }
  }

  #refuse(id) {
    this.close();
    this.#listener.onRefused(id);
  }

  #retry() {
    if (this.#over) return;
    this.#listener.onDown();
    const { delay, ask } = this.#ladder.next();
    this.#set("retry", delay, () => (ask || this.#ask ? this.#askThenConnect() : this.#connect()));
  }

  async #askThenConnect() {
    if (!this.#session) return this.#connect();
    const answer = await askRoom(this.#resumeUrl, this.#session);
    if (this.#over) return undefined;
    this.#ask = false;
    if (answer.gone) {
      this.close();
      return this.#listener.onGone(answer.gone.reason, answer.gone.ended_at);
    }
    this.#url = answer.url ?? this.#url;
    return this.#connect();
  }

  #set(name, delay, action) {
    clearTimeout(this.#timers.get(name));
    this.#timers.set(name, setTimeout(action, delay));
  }
}
