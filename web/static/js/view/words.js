// Which sentence says what is going on. Pure: state in, keys of sentences out; text.js turns them into words.

import { own, weak } from "../lib/state.js";
import { elsewhere, timeOfDay } from "../lib/time.js";

/** @typedef {{key: string, values?: Record<string, string>}} Words */

/**
 * @typedef {object} Scene
 * @property {import("../lib/state.js").State} state
 * @property {import("../lib/entry.js").Entry} entry
 * @property {string} language
 * @property {number} now the server's clock
 */

/** @param {Scene} scene */
const at = (scene, time) => timeOfDay(time, scene.language, scene.entry.jail.timezone);

/**
 * The waiting room: what is waited for, and what that means.
 * @param {Scene} scene
 * @returns {{title: Words, text: Words, own: Words | null}}
 */
export function waiting(scene) {
  const { state, entry, language } = scene;
  const start = { time: at(scene, state.startsAt), jail: entry.jail.name, end: at(scene, state.endsAt) };
  if (state.awaiting === "slot") {
    const own = state.role === "visitor" && elsewhere(state.startsAt, entry.jail.timezone);
    return {
      title: { key: state.role === "monitor" ? "waiting.slot.title.monitor" : "waiting.slot.title", values: start },
      text: { key: `waiting.slot.text.${state.role}`, values: start },
      own: own ? { key: "waiting.slot.own", values: { time: timeOfDay(state.startsAt, language) } } : null,
    };
  }
  const whom = state.awaiting === "family" && state.kind === "legal" ? "lawyer" : (state.awaiting ?? "nobody");
  const text = whom === "prison" ? `waiting.prison.text.${state.role}` : `waiting.${whom}.text`;
  return { title: { key: `waiting.${whom}.title`, values: start }, text: { key: text, values: start }, own: null };
}

/**
 * What the end page says.
 * @param {Scene} scene
 * @returns {{title: Words, text: Words, next: Words}}
 */
export function ended(scene) {
  const { end, role, kind } = scene.state;
  const values = { time: at(scene, end.endedAt), planned: at(scene, end.plannedEnd), jail: scene.entry.jail.name };
  const known = ["slot_over", "ended_by_staff", "no_show", "left"].includes(end.reason) ? end.reason : "other";
  const comesBack = known === "left" && scene.now < end.plannedEnd;
  const next = role === "visitor" ? (comesBack ? "ended.next.return" : `ended.next.${kind}`) : `ended.next.${role}`;
  const title = known === "left" ? "ended.title.left" : "ended.title";
  return { title: { key: title }, text: { key: `ended.${known}`, values }, next: { key: next, values } };
}

/** Refusals with words of their own. `again`: trying again may help; `join`: entering the codes anew may. */
const REFUSALS = {
  already_connected: { words: "elsewhere", again: true, join: false },
  insecure: { words: "insecure", again: false, join: false },
  origin_refused: { words: "failed", again: true, join: false },
  room_full: { words: "full", again: true, join: false },
  unreachable: { words: "unreachable", again: true, join: false },
  unsupported: { words: "old", again: false, join: false },
  used: { words: "used", again: false, join: true },
  version_unsupported: { words: "failed", again: true, join: false },
};
const OTHER_REFUSAL = {
  visitor: { words: "link", again: false, join: true },
  terminal: { words: "closed", again: true, join: false },
  monitor: { words: "closed", again: true, join: false },
};

/**
 * Why this page can't take part.
 * @param {string} id an error id
 * @param {string} role
 * @returns {{title: Words, text: Words, again: boolean, join: boolean}}
 */
export function refused(id, role) {
  const { words, again, join } = REFUSALS[id] ?? OTHER_REFUSAL[role];
  return { title: { key: `stopped.${words}.title` }, text: { key: `stopped.${words}.text` }, again, join };
}

/**
 * @typedef {object} TileFlow
 * @property {boolean} pictureStopped
 * @property {boolean} soundStopped
 * @property {number} pictureSince when the last picture came, or one was first to be expected
 * @property {number} soundSince
 * @property {boolean} seen a picture has come at least once
 * @property {boolean} met the person has been here at least once
 */

/**
 * On which side of a visit somebody is, to who watches.
 * @param {string} role
 * @param {string} kind of the visit
 * @returns {string} the sentence's key
 */
export function side(role, kind) {
  if (role === "terminal") return "side.prison";
  return kind === "legal" ? "side.lawyer" : "side.family";
}

/**
 * What a tile says to the others about the person in it, besides the name; null when there is nothing to say.
 * @param {import("../lib/state.js").Person} person
 * @param {TileFlow} flow
 * @param {string} until
 * @param {string | null} me who reads it
 * @returns {Words | null}
 */
export function tile(person, flow, until, me) {
  const values = { name: person.label, time: until };
  if (!person.present) return { key: flow.met ? "tile.away" : "tile.absent", values };
  const taken = takenOf(person);
  if (taken) return { key: `tile.taken.${taken}`, values };
  const paused = pausedOf(person, me);
  if (!paused || (person.audio && flow.soundStopped)) return flowing(person, flow, values);
  return { key: person.audio ? `tile.paused.${paused}` : `tile.paused.${paused}.silent`, values };
}

/**
 * Whose connection is too weak for somebody's picture, if it is paused: nothing is amiss then, and the voice goes on.
 * @param {import("../lib/state.js").Person} person
 * @param {string | null} me who should see it
 * @returns {"theirs" | "ours" | null} null also where the camera is off
 */
export function pausedOf(person, me) {
  if (!person.video) return null;
  if (person.weak) return "theirs";
  return me !== null && person.unseen_by?.includes(me) ? "ours" : null;
}

/**
 * Who does not get our picture just now, for lack of a better connection; null when everybody does, or should not.
 * @param {import("../lib/state.js").State} state
 * @param {(names: string[]) => string} list names in a sentence
 * @returns {Words | null}
 */
export function unseen(state, list) {
  const me = own(state);
  // Without the server we know of others only how it was before.
  if (!me?.present || !me.video || me.blanked || state.room !== "live" || state.link === "down") return null;
  if (weak(state)) return { key: me.audio ? "line.ours" : "line.ours.silent" };
  const names = state.people.filter((person) => person.present && me.unseen_by?.includes(person.participant)).map((person) => person.label);
  return names.length > 0 ? { key: me.audio ? "line.theirs" : "line.theirs.silent", values: { names: list(names) } } : null;
}

/**
 * The same to a monitor, to whom what staff have taken from the others still comes: whose picture or voice has stopped, and
 * since when.
 * @param {import("../lib/state.js").Person} person
 * @param {TileFlow} flow
 * @param {string} until
 * @param {{hears: boolean, clock: (moment: number) => string, me: string | null}} how hears: not of a legal visit; me: who
 *   watches
 * @returns {Words | null}
 */
export function watched(person, flow, until, { hears, clock, me }) {
  if (!person.present) return tile(person, flow, until, me);
  const silent = hears && person.audio && flow.soundStopped;
  const paused = pausedOf(person, me);
  if (paused && !silent) {
    return { key: hears && person.audio ? `tile.watched.paused.${paused}` : `tile.watched.paused.${paused}.silent` };
  }
  const still = person.video && flow.pictureStopped;
  const since = Math.max(still ? flow.pictureSince : 0, silent ? flow.soundSince : 0);
  const values = { name: person.label, time: still || silent ? clock(since) : "" };
  if (still && silent) return { key: "tile.watched.nothing", values };
  if (still && !hears) return { key: "tile.watched.picture", values };
  if (still) return { key: person.audio ? "tile.watched.picture_only" : "tile.watched.picture_muted", values };
  if (silent) return { key: person.video ? "tile.watched.sound_only" : "tile.watched.sound_hidden", values };
  if (person.video && !flow.seen) return { key: "tile.starting", values };
  const taken = takenOf(person);
  return off(person, values) ?? (taken ? { key: hears ? `tile.kept.${taken}` : `tile.kept.${taken}.legal`, values } : null);
}

/**
 * Whether nothing of what somebody sends arrives.
 * @param {import("../lib/state.js").Person} person
 * @param {TileFlow} flow
 * @returns {boolean | null} null of who sends nothing
 */
export function nothingOf(person, flow) {
  const sends = person.present && ((person.audio && !person.muted) || (person.video && !person.blanked));
  return sends ? flow.pictureStopped && flow.soundStopped : null;
}

/** What is to be said of somebody from whom nothing was taken. */
function flowing(person, flow, values) {
  if (person.audio && !person.video && flow.soundStopped) return { key: "tile.nothing", values };
  if (person.video && flow.pictureStopped && flow.soundStopped) return { key: "tile.nothing", values };
  if (person.video && !flow.seen) return { key: "tile.starting", values };
  if (person.video && flow.pictureStopped) return { key: "tile.frozen", values };
  return off(person, values);
}

/** What somebody has switched off. */
function off({ audio, video }, values) {
  if (!video) return { key: audio ? "tile.camera_off" : "tile.both_off", values };
  return audio ? null : { key: "tile.muted", values };
}

/**
 * What staff have taken from somebody's sending.
 * @param {import("../lib/state.js").Person | undefined} person
 * @returns {"sound" | "picture" | "both" | null}
 */
export function takenOf(person) {
  if (person?.muted && person.blanked) return "both";
  return person?.muted ? "sound" : person?.blanked ? "picture" : null;
}

/**
 * What stands on our own picture: what staff have taken goes before what we have switched off ourselves.
 * @param {{audio: boolean, video: boolean}} shown what we send
 * @param {"sound" | "picture" | "both" | null} taken
 * @returns {Words | null}
 */
export function ourselves({ audio, video }, taken) {
  if (taken) return { key: `self.taken.${taken}` };
  if (!audio && !video) return { key: "self.both_off" };
  return audio ? (video ? null : { key: "self.hidden" }) : { key: "self.muted" };
}

/**
 * A warning of the staff, in the reader's language unless it was typed.
 * @param {import("../lib/state.js").StaffWarning} warning
 * @returns {Words | null} null: say the text as it was typed
 */
export function warning({ notice }) {
  return notice === null ? null : { key: `warning.${notice}` };
}

/**
 * How good the connection is, of our own side.
 * @param {import("../lib/state.js").State} state
 * @param {"good" | "poor" | "bad" | null} quality
 * @param {boolean} nothing nothing of anybody arrives
 * @returns {Words | null}
 */
export function connection(state, quality, nothing) {
  if (state.link === "down") return { key: "quality.lost" };
  if (nothing) return null; // what was measured is of before
  const narrow = weak(state) || state.people.some((person) => pausedOf(person, state.participant) === "ours");
  if (narrow) return { key: "quality.bad" };
  return quality === null ? null : { key: `quality.${quality}` };
}

/**
 * What is amiss with the whole of our connection.
 * @param {import("../lib/state.js").State} state
 * @param {{blocked: boolean, nothing: boolean}} media blocked: no packet finds its way, although the server can be reached
 * @returns {Words | null}
 */
export function trouble(state, { blocked, nothing }) {
  if (state.link === "down") return { key: nothing ? "trouble.waiting" : "trouble.link" };
  return blocked ? { key: `trouble.path.${state.role}` } : null;
}
