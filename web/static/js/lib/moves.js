// A call that moves: from Wi-Fi to mobile data, behind another address, or back out of a tunnel. The relay takes packets from
// wherever they are signed for; what has to be done here is to look for the way anew, at once (docs/protocol.md, "Resuming").

import { Network } from "./network.js";

/** How long the socket has to show that it lives, once nothing comes beside it. */
const ANSWERS = 700;
/** Where what comes stops and goes, the way is looked for anew at most this often. */
const PAUSE = 5_000;

/**
 * @typedef {object} Ways
 * @property {() => boolean} up whether the socket is believed to live
 * @property {() => void} restart asks on it for an offer that restarts ICE
 * @property {() => void} again drops it and resumes
 */

/** Restarts ICE on the socket there is; where that is dead, or must be, on the next one. */
export class Moves {
  #ways;
  #network = new Network(() => this.moved());
  #owed = false;
  #lookedAt = -Infinity;
  #answers = 0;

  /** @param {Ways} ways */
  constructor(ways) {
    this.#ways = ways;
  }

  /** Nothing comes any more, for a reason that nobody knows. @param {number} now milliseconds */
  still(now) {
    if (now - this.#lookedAt < PAUSE) return;
    this.#lookedAt = now;
    if (!this.#ways.up()) {
      this.#owed = true;
      return;
    }
    this.#ways.restart();
    clearTimeout(this.#answers);
    this.#answers = setTimeout(() => this.moved(), ANSWERS);
  }

  /** This is another network, or must be taken for one: the old one's socket is as dead as the way of the packets. */
  moved() {
    clearTimeout(this.#answers);
    this.#owed = true;
    this.#ways.again();
  }

  /** There is a socket again. @param {boolean} kept whether the transport goes on */
  welcomed(kept) {
    if (this.#owed && kept) this.#ways.restart();
    this.#owed = false;
  }

  /** The answer has come: the socket lives. */
  offered() {
    clearTimeout(this.#answers);
  }

  close() {
    clearTimeout(this.#answers);
    this.#network.close();
  }
}
