// The pictures and voices of the others: a tile for each, drawn from the list of people and fed by the tracks that arrive.

import { element, show } from "../lib/ui.js";
import { Flow } from "../media/quality.js";
import { nothingOf, pausedOf, side, takenOf, tile as tileWords, watched as watchedWords } from "./words.js";

/**
 * @typedef {object} Tile
 * @property {HTMLElement} box
 * @property {HTMLVideoElement} video
 * @property {HTMLAudioElement} audio
 * @property {HTMLElement} name
 * @property {HTMLElement} words
 * @property {{video: Flow, audio: Flow}} flows
 * @property {boolean} seen a picture has come
 * @property {boolean} met the person has been here
 * @property {string | null} taken what staff have taken from the person's sending
 * @property {string | null} paused whose connection is too weak for the picture
 * @property {boolean | null} nothing nothing of what is sent arrives; null of who sends nothing
 */

/** Whoever takes part has the terminal first, the one they came for; to who watches the sides stand as on the wall. */
const rank = (role, watching) => Number((role === "terminal") === Boolean(watching));

/** @param {Tile} tile @returns {import("./words.js").TileFlow} */
function flowOf({ flows: { video, audio }, seen, met }, now, going) {
  const stopped = { pictureStopped: going && video.stopped(now), soundStopped: going && audio.stopped(now) };
  return { ...stopped, pictureSince: video.since, soundSince: audio.since, seen, met };
}

/** All tiles of a room. */
export class Stage {
  /** @type {Map<string, Tile>} */
  #tiles = new Map();
  /** @type {Map<string, {audio?: MediaStreamTrack, video?: MediaStreamTrack}>} */
  #tracks = new Map();
  #root;
  #box;
  #t;
  #audible;
  #onFirstPicture;

  /**
   * @param {HTMLElement} root
   * @param {import("../lib/text.js").Translate} t
   * @param {boolean} audible whether voices are heard without being asked for
   * @param {() => void} onFirstPicture
   */
  constructor(root, t, audible, onFirstPicture) {
    this.#root = root;
    this.#box = root.querySelector("[data-tiles]");
    this.#t = t;
    this.#audible = audible;
    this.#onFirstPicture = onFirstPicture;
  }

  /**
   * A track arrived. It may carry nothing yet.
   * @param {string} participant whom it comes from
   * @param {MediaStreamTrack} track
   */
  track(participant, track) {
    this.#tracks.set(participant, { ...this.#tracks.get(participant), [track.kind]: track });
    this.#feed(participant);
  }

  /** Every track is gone: another connection will bring new ones. */
  forgetTracks() {
    this.#tracks.clear();
    for (const participant of this.#tiles.keys()) this.#feed(participant);
  }

  /**
   * Draws the tiles for everyone but ourselves.
   * @param {import("../lib/state.js").State} state
   * @param {number} now
   * @param {string} until when the visit ends, in words
   * @param {(moment: number) => string} [clock] a moment of `now`'s clock in words, for a page that watches
   */
  draw(state, now, until, clock) {
    const others = state.people.filter((person) => person.participant !== state.participant);
    const names = new Set(others.map((person) => person.participant));
    for (const [participant, tile] of this.#tiles) {
      if (names.has(participant)) continue;
      tile.box.remove();
      this.#tiles.delete(participant);
    }
    const me = state.participant;
    const watching = state.role === "monitor" ? { kind: state.kind, hears: state.kind !== "legal", clock, me } : null;
    // On hold nothing is sent, and so nothing has stopped.
    const going = state.room !== "held";
    for (const person of others) this.#drawOne(person, now, until, { me, watching, going });
    this.#box.dataset.count = String(others.length);
  }

  /** @returns {boolean} whether nothing arrives of anybody who sends something */
  get nothing() {
    const known = [...this.#tiles.values()].map((tile) => tile.nothing).filter((nothing) => nothing !== null);
    return known.length > 0 && known.every(Boolean);
  }

  /** From now on pictures and voices are to be expected. */
  expect(now) {
    for (const { flows } of this.#tiles.values()) {
      flows.video.expect(now);
      flows.audio.expect(now);
    }
  }

  /**
   * Takes in what arrived, by track.
   * @param {Record<string, {frames: number, packets: number}>} flows
   * @param {number} now
   */
  saw(flows, now) {
    for (const [participant, tile] of this.#tiles) {
      const { audio, video } = this.#tracks.get(participant) ?? {};
      tile.flows.video.saw(flows[video?.id]?.frames ?? 0, now);
      tile.flows.audio.saw(flows[audio?.id]?.packets ?? 0, now);
    }
  }

  /** @param {boolean} audible */
  hear(audible) {
    this.#audible = audible;
    for (const { audio } of this.#tiles.values()) this.#play(audio);
  }

  clear() {
    this.forgetTracks();
    this.#box.replaceChildren();
    this.#tiles.clear();
    show(this.#root, '[data-action="hear"]', false);
  }

  #drawOne(person, now, until, { me, watching, going }) {
    if (!this.#tiles.has(person.participant)) this.#add(person, now, watching);
    const tile = this.#tiles.get(person.participant);
    const taken = takenOf(person);
    const paused = pausedOf(person, me);
    // What was given back is to be expected only from now on.
    if (taken !== tile.taken || paused !== tile.paused) tile.flows.video.expect(now);
    if (taken !== tile.taken) tile.flows.audio.expect(now);
    Object.assign(tile, { taken, paused });
    tile.met ||= person.present;
    const flow = flowOf(tile, now, going);
    tile.nothing = nothingOf(person, flow);
    const words = watching ? watchedWords(person, flow, until, watching) : tileWords(person, flow, until, me);
    const text = words ? this.#t(words.key, words.values) : "";
    if (tile.words.textContent !== text) tile.words.textContent = text;
    tile.words.hidden = text === "";
    tile.name.textContent = person.label;
    // The last picture before a blank is not to stand there either.
    const blanked = person.blanked && !watching;
    tile.video.hidden = !person.present || !person.video || !tile.seen || blanked;
    const { present, muted } = person;
    Object.assign(tile.box.dataset, { present, muted, blanked: person.blanked, paused: paused ?? "no" });
  }

  #add(person, now, watching) {
    const video = element("video", { autoplay: true, playsInline: true, muted: true });
    video.dataset.from = person.role === "terminal" ? "terminal" : "family";
    video.dataset.participant = person.participant;
    const audio = element("audio", { autoplay: true });
    const name = element("p", { className: "tile__name", textContent: person.label });
    const words = element("p", { className: "tile__words", hidden: true });
    words.setAttribute("role", "status");
    const label = element("strong", { className: "tile__side", textContent: watching ? this.#t(side(person.role, watching.kind)) : "" });
    label.hidden = !watching;
    const box = element("div", { className: "tile" }, [label, video, audio, words, name]);
    box.dataset.role = person.role;
    const tile = { box, video, audio, name, words, flows: { video: new Flow(now), audio: new Flow(now) }, seen: false, met: false, taken: null, paused: null, nothing: null };
    video.onloadeddata = () => {
      tile.seen = true;
      this.#onFirstPicture();
    };
    this.#tiles.set(person.participant, tile);
    // A picture that is moved in the page stops for a moment: each is put in its place at once.
    const place = rank(person.role, watching);
    this.#box.insertBefore(box, [...this.#box.children].find((each) => rank(each.dataset.role, watching) > place) ?? null);
    this.#feed(person.participant);
  }

  /** Gives a tile its tracks. Picture and voice have an element each: a blocked voice then never holds up the picture. */
  #feed(participant) {
    const tile = this.#tiles.get(participant);
    if (!tile) return;
    const { audio, video } = this.#tracks.get(participant) ?? {};
    for (const [player, track] of [[tile.video, video], [tile.audio, audio]]) {
      if (player.srcObject?.getTracks()[0] === track) continue;
      player.srcObject = track ? new MediaStream([track]) : null;
    }
    if (!video) tile.seen = false;
    this.#play(tile.audio);
    if (video) tile.video.play().catch(() => {});
  }

  /** @param {HTMLAudioElement} audio */
  async #play(audio) {
    audio.muted = !this.#audible;
    if (!this.#audible) show(this.#root, '[data-action="hear"]', false);
    if (!audio.srcObject) return;
    try {
      await audio.play();
      if (this.#audible) show(this.#root, '[data-action="hear"]', false);
    } catch (error) {
      // Browsers may refuse even a silenced voice: nobody has to press anything for that one.
      if (this.#audible && error.name === "NotAllowedError") show(this.#root, '[data-action="hear"]', true);
    }
  }
}
