// Looks at the media path twice a second, hears what the relay says by it, and reports it to the server each five seconds.

import { Hush } from "../media/hush.js";
import { quality } from "../media/quality.js";
import { rates, snapshot } from "../media/stats.js";

const LOOK = 500;
const REPORT = 5_000;

/** Follows whichever peer connection the visit has. */
export class Monitoring {
  /** @type {import("../media/quality.js").Quality | null} null while nothing is measured */
  quality = null;
  #visit;
  #stage;
  #timer;
  #hush = new Hush();
  #peer = null;
  #last = null;

  /**
   * @param {import("../lib/visit.js").Visit} visit
   * @param {import("./stage.js").Stage} stage
   */
  constructor(visit, stage) {
    this.#visit = visit;
    this.#stage = stage;
    this.#timer = setInterval(() => this.#look(), LOOK);
  }

  stop() {
    clearInterval(this.#timer);
  }

  async #look() {
    const { peer } = this.#visit;
    if (peer !== this.#peer) {
      this.#peer = peer;
      this.#last = null;
      this.quality = null;
    }
    if (peer?.connection.connectionState !== "connected") this.quality = null;
    if (!peer || this.#visit.phase !== "live") return;
    const reports = await peer.connection.getStats();
    const now = snapshot(reports.values(), performance.now());
    if (this.#hush.said(now.judged, this.#visit.shows)) this.#visit.hush();
    this.#stage.saw(now.flows, now.at);
    this.#last ??= now;
    if (now.at - this.#last.at >= REPORT) this.#report(peer, now);
  }

  #report(peer, now) {
    const report = rates(this.#last, now);
    this.#last = now;
    if (peer.connection.connectionState === "connected") this.quality = quality(report);
    this.#visit.report(report);
  }
}
