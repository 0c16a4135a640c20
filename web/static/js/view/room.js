// A room on a page, whoever looks at it: the visit's state drawn into the places of call/_stage.html, second by second.

import { leftWords, timeOfDay, timeWithSeconds } from "../lib/time.js";
import { secondsLeft } from "../lib/state.js";
import { element, on, say, show } from "../lib/ui.js";
import { Visit } from "../lib/visit.js";
import { WakeLock } from "../media/wakelock.js";
import { Ending } from "./ending.js";
import { Monitoring } from "./monitoring.js";
import { Staff } from "./staff.js";
import { Stage } from "./stage.js";
import { connection, refused, trouble, unseen, waiting } from "./words.js";

/** Only the family's page has a device check. */
const CHECK = document.querySelector('[data-screen="check"]');
const BEAT = 500;
const NOTICE_SHOWN = 8_000;

/**
 * @typedef {object} RoomOptions
 * @property {HTMLElement} root the section of call/_stage.html
 * @property {import("../lib/text.js").Translate} t
 * @property {string} language
 * @property {boolean} sends
 * @property {boolean} keeps
 * @property {(phase: string, before: string) => void} onPhase
 * @property {() => void} [onRefused] this page can't take part
 * @property {(room: Room) => void} [onDraw] more to draw, each time
 */

/** Draws one visit until it is closed. */
export class Room {
  /** @type {Visit} */
  visit;
  /** @type {HTMLVideoElement} our own picture: one element that moves to where it is shown */
  self = element("video", { className: "mirror", autoplay: true, playsInline: true, muted: true });
  #options;
  #root;
  #t;
  #stage;
  #staff;
  #monitoring;
  #ending;
  #wakeLock = new WakeLock();
  #phase = "checking";
  #screen = "";
  #beat = 0;
  #notice = { given: null, until: 0 };

  /** @param {RoomOptions} options */
  constructor(options) {
    this.#options = options;
    this.#root = options.root;
    this.#t = options.t;
    this.#stage = new Stage(options.root, options.t, options.sends, () => this.draw());
    const { entry, resume } = options.root.dataset;
    this.visit = new Visit({
      entryUrl: entry,
      resumeUrl: resume,
      sends: options.sends,
      keeps: options.keeps,
      onChange: () => this.draw(),
      onTrack: (participant, track) => this.#stage.track(participant, track),
      onMediaLost: () => this.#stage.forgetTracks(),
    });
    this.#staff = new Staff(options.root, options.t, this.visit);
    this.#monitoring = new Monitoring(this.visit, this.#stage);
    this.#ending = new Ending(options.root, options.t);
    this.self.dataset.from = "self";
    this.self.setAttribute("aria-label", this.#t("self.label"));
    on(options.root, "hear", () => this.#stage.hear(true));
    this.#beat = setInterval(() => this.#tick(), BEAT);
  }

  /** @returns {Stage} */
  get stage() {
    return this.#stage;
  }

  /** @param {{audio: boolean, video: boolean}} shown what we send, by our own buttons */
  shows(shown) {
    this.#staff.shows(shown);
  }

  /** Lets go of everything; the page may open another room afterwards. */
  close() {
    clearInterval(this.#beat);
    this.#monitoring.stop();
    this.#wakeLock.want(false);
    this.#stage.clear();
    this.#staff.close();
    this.self.srcObject = null;
  }

  draw() {
    const { visit } = this;
    const before = this.#phase;
    this.#phase = visit.phase;
    if (before !== this.#phase) this.#enter(before);
    this.#mark();
    this.#showScreen(this.#which());
    if (visit.state.refusal) this.#drawStopped();
    else if (visit.state.end) this.#ending.draw(this.#scene());
    else if (this.#screen === "connecting") this.#say("connecting-trouble", down(visit.state));
    else if (this.#screen !== "check") this.#drawRoom();
    this.#staff.draw(visit.state.endsAt === null ? "" : this.until());
    this.#options.onDraw?.(this);
  }

  #enter(before) {
    if (this.#phase === "live") this.#stage.expect(performance.now());
    this.#wakeLock.want(["waiting", "live", "held"].includes(this.#phase));
    this.#options.onPhase(this.#phase, before);
  }

  #tick() {
    this.visit.dispatch({ type: "tick", now: this.visit.clock.now() });
    this.draw();
    if (this.visit.state.end || this.visit.state.refusal) clearInterval(this.#beat);
  }

  /** What the page says to automation. */
  #mark() {
    const { dataset } = document.documentElement;
    const { state, clock } = this.visit;
    const left = secondsLeft(state, clock.now());
    dataset.call = this.#phase;
    if (left !== null) dataset.left = String(Math.ceil(left));
    if (state.end) dataset.endReason = state.end.reason;
    if (state.refusal) dataset.error = state.refusal;
    else delete dataset.error;
  }

  #which() {
    const { state } = this.visit;
    if (state.end) return "ended";
    if (state.refusal) return "stopped";
    if (this.#phase === "checking") return state.ready || !CHECK ? "connecting" : "check";
    return this.#phase === "waiting" ? "waiting" : "stage";
  }

  #showScreen(screen) {
    if (screen === this.#screen) return;
    const first = this.#screen === "";
    this.#screen = screen;
    for (const one of document.querySelectorAll("[data-screen]")) one.hidden = one.dataset.screen !== screen;
    document.body.dataset.showing = screen;
    const place = document.querySelector(`[data-screen="${screen}"] [data-self]`);
    if (place) {
      place.prepend(this.self);
      this.self.play().catch(() => {});
    }
    if (screen === "stopped") this.#options.onRefused?.();
    // Someone who does not see the screen change is taken to its first words.
    if (!first) document.querySelector(`[data-screen="${screen}"] h1[tabindex]`)?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }

  /** @returns {string} when the visit ends, as the jail's clock shows it */
  until() {
    const { visit } = this;
    return timeOfDay(visit.state.endsAt, this.#options.language, visit.entry.jail.timezone);
  }

  #scene() {
    const { visit } = this;
    return { state: visit.state, entry: visit.entry, language: this.#options.language, now: visit.clock.now() };
  }

  #say(place, words) {
    say(document, place, words ? this.#t(words.key, words.values) : "");
  }

  #drawRoom() {
    const scene = this.#scene();
    const { state, now } = scene;
    const until = this.until();
    if (this.#phase === "waiting") this.#drawWaiting(scene);
    else this.#stage.draw(state, performance.now(), until);
    this.#drawLeft(secondsLeft(state, now));
    this.#drawNotice();
    this.#drawPeople(state);
    this.#say("quality", connection(state, this.#monitoring.quality, this.#stage.nothing));
    this.#say("trouble", this.#trouble(state));
    this.#say("line", unseen(state, (names) => this.#list(names)));
    this.#say("watched", { key: `watched.${state.role}.${state.kind}` });
  }

  #trouble(state) {
    return trouble(state, { blocked: this.visit.blocked, nothing: this.#stage.nothing });
  }

  #drawWaiting(scene) {
    const words = waiting(scene);
    this.#say("waiting-title", words.title);
    this.#say("waiting-own", words.own);
    this.#say("waiting-text", words.text);
    const time = timeWithSeconds(scene.now, scene.language, scene.entry.jail.timezone);
    this.#say("alive", down(scene.state) ? null : { key: "waiting.alive", values: { time } });
    this.#say("waiting-trouble", down(scene.state) ?? this.#trouble(scene.state));
  }

  #drawLeft(seconds) {
    const words = leftWords(seconds);
    this.#say("left", words);
    for (const place of this.#root.querySelectorAll('[data-say="left"]')) place.dataset.tone = words.tone;
  }

  /** A notice is written once, so that it is read out once, and leaves by itself. */
  #drawNotice() {
    const { notice } = this.visit.state;
    const now = performance.now();
    if (notice !== this.#notice.given) this.#notice = { given: notice, until: now + NOTICE_SHOWN };
    const shown = notice !== null && now < this.#notice.until && this.#phase !== "waiting";
    this.#say("notice", shown ? { key: `notice.${notice}` } : null);
  }

  #drawPeople(state) {
    const here = state.people.filter((person) => person.present && person.participant !== state.participant);
    const names = this.#list(here.map((person) => person.label));
    this.#say("here", here.length ? { key: "people.here", values: { names } } : null);
  }

  #list(names) {
    return new Intl.ListFormat(this.#options.language).format(names);
  }

  #drawStopped() {
    const words = refused(this.visit.state.refusal, this.#root.dataset.role);
    this.#say("stopped-title", words.title);
    this.#say("stopped-text", words.text);
    show(this.#root, '[data-action="retry"]', words.again);
    show(this.#root, '[data-action="join-again"]', words.join);
  }
}

/** Words for a dropped connection, for those who wait. */
function down(state) {
  return state.link === "down" ? { key: "trouble.waiting" } : null;
}
