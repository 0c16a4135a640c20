// One visit as this page lives it: who we are, the conversation with the room, the media path, and the state that follows.
// The views draw `state`; nothing below this line touches the page's elements.

import { Peer } from "../media/peer.js";
import { ServerClock } from "./clock.js";
import { askEntry } from "./entry.js";
import { Moves } from "./moves.js";
import { Conversation } from "./signaling.js";
import { initial, own, phase, reduce, weak } from "./state.js";
import * as store from "./store.js";

const SECOND_THOUGHT = 3_000;
const SECOND_THOUGHTS = 3;
const NOTHING = { audio: null, video: null };

/**
 * @typedef {object} VisitOptions
 * @property {string} entryUrl where to ask for a ticket
 * @property {string} resumeUrl where to ask for the room's node
 * @property {boolean} sends whether this page ever sends media
 * @property {boolean} keeps whether the session outlives a reload
 * @property {() => void} onChange the state changed
 * @property {(participant: string, track: MediaStreamTrack) => void} onTrack
 * @property {() => void} onMediaLost what was received before will not go on
 */

/** Joins, stays joined, and ends. */
export class Visit {
  clock = new ServerClock();
  state = initial();
  /** @type {import("./entry.js").Entry | null} */
  entry = null;
  /** @type {Peer | null} */
  peer = null;
  /** No packet finds its way, although the server can be reached. */
  blocked = false;
  #options;
  #conversation = null;
  #devices = { camera: false, microphone: false };
  #tracks = { audio: null, video: null };
  #chosen = null;
  #session = null;
  #proposed = null;
  #patience = SECOND_THOUGHTS;
  #askedAgain = false;
  #moves = new Moves({
    restart: () => this.#conversation.send("restart"),
    again: () => this.#conversation?.again(),
    up: () => Boolean(this.#conversation?.up),
  });

  /** @param {VisitOptions} options */
  constructor(options) {
    this.#options = options;
    const kept = options.keeps ? store.recall() : null;
    this.#chosen = kept?.chosen ?? null;
    this.state = reduce(this.state, { type: "recalled", read: kept?.read ?? [] });
  }

  /** @returns {import("./state.js").Phase} */
  get phase() {
    return phase(this.state);
  }

  /** @returns {import("./store.js").Chosen | null} what was chosen before a reload */
  get chosen() {
    return this.#chosen;
  }

  /** Comes in: after a reload with the session of before, else with a fresh ticket. */
  async start() {
    const kept = this.#options.keeps ? store.recall() : null;
    if (kept && reloaded()) return this.#resume(kept);
    const answer = await askEntry(this.#options.entryUrl);
    if (answer.entry) {
      this.#chosen = null;
      return this.#enter(answer.entry);
    }
    return kept ? this.#resume(kept) : this.dispatch({ type: "refused", id: answer.error });
  }

  /**
   * The device check is done: the room may begin.
   * @param {import("./store.js").Chosen} chosen
   */
  ready(chosen) {
    this.#chosen = chosen;
    this.#devices = { camera: chosen.camera, microphone: chosen.microphone };
    this.dispatch({ type: "ready" });
    this.#announce();
    this.#keep();
  }

  /**
   * What to send while the visit is live, and what to tell the others about it.
   * @param {import("../media/peer.js").Tracks} tracks null for what is not there or switched off
   * @param {{audio: boolean, video: boolean}} shown
   */
  send(tracks, shown) {
    this.#tracks = tracks;
    this.#feed();
    this.#conversation?.send("media", shown);
    if (!this.#chosen) return;
    this.#chosen = { ...this.#chosen, muted: !shown.audio, hidden: !shown.video };
    this.#keep();
  }

  /** @param {object} report see media/stats.js */
  report(report) {
    this.#conversation?.send("report", report);
  }

  /** @returns {boolean} whether a picture of ours goes out */
  get shows() {
    return this.phase === "live" && this.#tracks.video !== null && !weak(this.state);
  }

  /** The media path has brought the server's word that our connection carries no picture. */
  hush() {
    this.dispatch({ type: "hushed", now: this.clock.now() });
  }

  /** The warnings of the staff that are on the page were read. */
  read() {
    this.dispatch({ type: "read" });
    this.#keep();
  }

  leave() {
    this.#conversation?.send("leave");
    this.dispatch({ type: "left", at: this.clock.now() });
  }

  /** @param {Parameters<typeof reduce>[1]} event */
  dispatch(event) {
    const before = this.state;
    this.state = reduce(before, event);
    if (this.state === before) return;
    if (this.state.end) this.#finish();
    else this.#feed();
    this.#options.onChange();
  }

  #enter(entry) {
    this.clock.observe(entry.now);
    this.entry = entry;
    this.#session = null;
    this.#proposed = newToken();
    this.dispatch({ type: "entry", entry });
    this.#converse({ url: entry.url, ticket: entry.ticket, proposed: this.#proposed });
    this.#keep();
  }

  /** Without a session the page was loaded again before the server's welcome: the same hello is said again. */
  #resume(kept) {
    this.entry = kept.entry;
    this.#session = kept.session;
    this.#proposed = kept.proposed;
    this.dispatch({ type: "entry", entry: kept.entry });
    this.#converse({ url: kept.url, session: kept.session, ticket: kept.entry.ticket, proposed: kept.proposed });
  }

  #converse(where) {
    this.#conversation?.close();
    const listener = {
      onWelcome: (message) => this.#welcome(message),
      onMessage: (message) => this.#message(message),
      onDown: () => this.#down(),
      onRefused: (id) => this.#refused(id),
      onGone: (reason, endedAt) => this.dispatch({ type: "gone", reason, at: Date.parse(endedAt) || this.clock.now() }),
    };
    this.#conversation = new Conversation({ ...where, resumeUrl: this.#options.resumeUrl, listener });
    this.#conversation.open();
  }

  #welcome(message) {
    this.clock.observe(message.now);
    this.#session = message.session;
    this.#patience = SECOND_THOUGHTS;
    this.#keep();
    if (message.media === "new") this.#dropPeer();
    this.dispatch({ type: "message", message });
    this.#moves.welcomed(this.peer !== null);
    if (this.state.ready) this.#announce();
  }

  #message(message) {
    this.clock.observe(message.now);
    if (message.type === "offer") this.#offered(message);
    if (message.type === "layers") this.peer?.layers(message.small);
    if (message.type === "error" && message.id === "bad_description") this.#pathLost();
    this.dispatch({ type: "message", message });
  }

  /** Says what a new socket, or a new node, has to know of us. Without a peer it also asks for an offer. */
  #announce() {
    if (!this.peer) this.#conversation?.send("ready", { devices: this.#devices });
    if (this.#chosen && this.#options.sends) {
      this.#conversation?.send("media", { audio: !this.#chosen.muted, video: !this.#chosen.hidden });
    }
  }

  #offered({ offer, sdp }) {
    this.#moves.offered();
    if (this.peer && !this.peer.fits(sdp)) this.#dropPeer();
    this.peer ??= new Peer(this.#peerListener(), this.#options.sends, this.entry?.ice_servers);
    this.peer.accept(offer, sdp);
    this.#feed();
  }

  #peerListener() {
    return {
      onAnswer: (offer, sdp) => this.#conversation?.send("answer", { offer, sdp }),
      onCandidate: (offer, candidate) => this.#conversation?.send("candidate", { offer, candidate }),
      onTrack: (participant, track) => this.#options.onTrack(participant, track),
      onConnected: () => this.#unblocked(),
      onStill: () => this.phase === "live" && this.#moves.still(performance.now()),
      onTrouble: () => this.#pathLost(),
    };
  }

  #unblocked() {
    this.blocked = false;
    this.#options.onChange();
  }

  /** Without the server nobody knows whether it is only the packets that find no way. */
  #down() {
    this.blocked = false;
    this.dispatch({ type: "down" });
  }

  /** If the server is there but packets are not, a fresh connection is asked for through a resume. */
  #pathLost() {
    const reached = Boolean(this.#conversation?.up);
    this.#dropPeer();
    if (reached) this.#conversation.again();
    this.blocked = reached;
    this.#options.onChange();
  }

  /**
   * Senders carry tracks only while the visit is live: waiting costs no data, a hold shows and tells nothing. A picture that
   * our connection does not carry waits, so that the voice goes on; and the voice takes less where a picture does not fit.
   */
  #feed() {
    const { audio, video } = this.phase === "live" ? this.#tracks : NOTHING;
    const waits = weak(this.state);
    this.peer?.send({ audio, video: waits ? null : video }, waits || (own(this.state)?.unseen_by ?? []).length > 0);
  }

  /**
   * A refusal is given a second thought where it may be about our own past: a used ticket, a session forgotten, or a socket
   * of ours that the server has not missed yet.
   */
  async #refused(id) {
    if (id === "already_connected" && this.state.participant !== null && this.#patience > 0) {
      this.#patience -= 1;
      this.dispatch({ type: "down" });
      setTimeout(() => this.#converse({ url: this.#conversation.url, session: this.#session }), SECOND_THOUGHT);
    } else if ((id === "ticket_refused" || id === "session_unknown") && !this.#askedAgain) {
      this.#askedAgain = true;
      const answer = await askEntry(this.#options.entryUrl);
      if (answer.entry) this.#enter(answer.entry);
      else this.dispatch({ type: "refused", id: answer.error });
    } else this.dispatch({ type: "refused", id });
  }

  #keep() {
    if (!this.#options.keeps || this.state.end) return;
    const { url } = this.#conversation;
    const { read } = this.state;
    store.keep({ entry: this.entry, session: this.#session, proposed: this.#proposed, url, chosen: this.#chosen, read });
  }

  #dropPeer() {
    if (!this.peer) return;
    this.peer.close();
    this.peer = null;
    this.#options.onMediaLost();
  }

  #finish() {
    this.#moves.close();
    this.#conversation?.close();
    this.#dropPeer();
    if (this.#options.keeps) store.forget();
  }
}

/** @returns {string} 192 random bits, base64url */
function newToken() {
  const bytes = crypto.getRandomValues(new Uint8Array(24));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_");
}

/** Whether this page was loaded again rather than come to. */
function reloaded() {
  return performance.getEntriesByType("navigation")[0]?.type !== "navigate";
}
