// One room that is followed live: its own ticket, its own connection, its pictures in their place. Sends nothing.

import { timeOfDay, timeWithSeconds } from "../lib/time.js";
import { say } from "../lib/ui.js";
import { Visit } from "../lib/visit.js";
import { Monitoring } from "../view/monitoring.js";
import { Stage } from "../view/stage.js";
import { ended, refused, trouble, waiting } from "../view/words.js";

const NOTHING = { camera: false, microphone: false, cameraId: null, microphoneId: null, muted: true, hidden: true };
const BEAT = 500;
const AGAIN = 15_000;
/** Refusals that may be over in a while. */
const PASSING = new Set(["room_full", "unreachable", "already_connected"]);

/** Follows a room until it is closed. */
export class Tile {
  /** @type {string} the room's id */
  room;
  #box;
  #t;
  #language;
  #changed;
  #visit;
  #stage;
  #monitoring;
  #beat = 0;
  #again = 0;
  #audible = false;
  #phase = "";

  /**
   * @param {HTMLElement} item the room's element, with a [data-stage] in it
   * @param {import("../lib/text.js").Translate} t
   * @param {string} language
   * @param {() => void} changed the phase of the visit changed
   */
  constructor(item, t, language, changed) {
    this.room = item.dataset.room;
    this.#box = item.querySelector("[data-stage]");
    this.#t = t;
    this.#language = language;
    this.#changed = changed;
    this.#box.querySelector('[data-action="hear"]').addEventListener("click", () => this.hear(true));
    this.#begin();
  }

  /** @returns {import("../lib/visit.js").Visit} */
  get visit() {
    return this.#visit;
  }

  /** @returns {boolean} whether its place in the page is still there */
  get placed() {
    return this.#box.isConnected;
  }

  /** @param {boolean} audible */
  hear(audible) {
    this.#audible = audible;
    this.#stage.hear(audible);
  }

  /** Leaves the room, for good. */
  close() {
    this.#end();
    clearTimeout(this.#again);
  }

  #begin() {
    this.#visit = new Visit({
      entryUrl: `/monitor/rooms/${this.room}/entry`,
      resumeUrl: "/api/rooms/resume",
      sends: false,
      keeps: false,
      onChange: () => this.#draw(),
      onTrack: (participant, track) => this.#stage.track(participant, track),
      onMediaLost: () => this.#stage.forgetTracks(),
    });
    this.#stage = new Stage(this.#box, this.#t, this.#audible, () => this.#draw());
    this.#monitoring = new Monitoring(this.#visit, this.#stage);
    this.#beat = setInterval(() => this.#tick(), BEAT);
    this.#visit.ready(NOTHING);
    this.#visit.start();
  }

  #end() {
    clearInterval(this.#beat);
    this.#monitoring.stop();
    if (!this.#visit.state.end) this.#visit.leave();
    this.#stage.clear();
  }

  #tick() {
    this.#visit.dispatch({ type: "tick", now: this.#visit.clock.now() });
    this.#draw();
  }

  #draw() {
    const { state, phase, entry } = this.#visit;
    if (phase !== this.#phase) {
      if (phase === "live") this.#stage.expect(performance.now());
      this.#phase = phase;
      this.#changed();
    }
    if (state.refusal) this.#refused(state.refusal);
    else if (entry && (phase === "live" || phase === "held")) this.#drawStage(state);
    say(this.#box, "words", this.#words().map(({ key, values }) => this.#t(key, values)).join(" "));
  }

  #drawStage(state) {
    const { clock, entry } = this.#visit;
    const now = performance.now();
    const before = (moment) => timeWithSeconds(clock.now() - (now - moment), this.#language, entry.jail.timezone);
    this.#stage.draw(state, now, this.#until(), before);
  }

  /** @returns {import("../view/words.js").Words[]} the sentences that lie over the pictures */
  #words() {
    const { state, phase, blocked, entry } = this.#visit;
    if (state.refusal) return [REFUSED[state.refusal] ?? refused(state.refusal, "monitor").title];
    // Time goes on while the way in is still being asked for.
    if (!entry) return [{ key: "follow.connecting" }];
    const scene = { state, entry, language: this.#language, now: this.#visit.clock.now() };
    if (state.end) return Object.values(ended(scene));
    const amiss = trouble(state, { blocked, nothing: this.#stage.nothing });
    if (amiss) return [amiss];
    if (phase === "held") return [{ key: "hold.title" }, { key: "hold.text.monitor" }];
    if (phase === "waiting") {
      const { title, text } = waiting(scene);
      return [title, text];
    }
    return phase === "checking" ? [{ key: "follow.connecting" }] : [];
  }

  /** A place may come free, a server may come back: asked for again after a while, without a word from anybody. */
  #refused(id) {
    if (!PASSING.has(id) || this.#again) return;
    this.#again = setTimeout(() => {
      this.#again = 0;
      this.#end();
      this.#begin();
    }, AGAIN);
  }

  #until() {
    const { state, entry } = this.#visit;
    return timeOfDay(state.endsAt, this.#language, entry.jail.timezone);
  }
}

const REFUSED = {
  already_connected: { key: "follow.elsewhere" },
  room_full: { key: "follow.full" },
  unreachable: { key: "follow.unreachable" },
};
