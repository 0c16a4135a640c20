// What is known about the visit, and how each event changes it. Pure: no clock, no page, no network.

export const NOTICES = [300, 60, 30];

/** Milliseconds the page waits for the server's own word before it says by itself that the slot is over. */
export const GRACE = 2000;

/**
 * Milliseconds for which the media path's word holds that our connection carries no picture, if signalling does not say it,
 * too: the server tries a picture again after ten seconds, and its word of that has to come over the same line.
 */
export const HUSHED = 15_000;

/** @typedef {"checking" | "waiting" | "live" | "held" | "ended"} Phase */

/**
 * @typedef {object} Person
 * @property {string} participant
 * @property {"visitor" | "terminal"} role
 * @property {string} label
 * @property {boolean} present
 * @property {boolean} audio
 * @property {boolean} video
 * @property {"good" | "poor" | "bad" | null} quality
 * @property {boolean} muted staff have taken their sound from the others
 * @property {boolean} blanked staff have taken their picture from the others
 * @property {boolean} weak their connection does not carry their picture just now: nobody is given it
 * @property {string[]} unseen_by the participants whose connections do not
 */

/**
 * @typedef {object} StaffWarning
 * @property {string} id
 * @property {string | null} notice which prepared one; null for a typed one
 * @property {string} text as typed; empty for a prepared one
 */

/**
 * @typedef {object} State
 * @property {"connecting" | "up" | "down"} link the signalling connection
 * @property {boolean} ready the device check is done
 * @property {string | null} participant who we are
 * @property {string} role
 * @property {"family" | "legal"} kind
 * @property {number | null} startsAt milliseconds since 1970, the server's clock
 * @property {number | null} endsAt
 * @property {"waiting" | "live" | "held"} room what the server last said of the room
 * @property {"slot" | "prison" | "family" | null} awaiting
 * @property {Person[]} people everyone with a seat, ourselves among them
 * @property {number | null} hushed when the media path brought that our connection carries no picture (milliseconds, the
 *   server's clock), until signalling says it
 * @property {number[]} noticed which notices were given
 * @property {number | null} notice the notice to show now, in seconds left
 * @property {StaffWarning[]} warnings those that were not read yet, in the order they came
 * @property {string[]} read the ids of those that were: the server may say one again
 * @property {{reason: string, endedAt: number, plannedEnd: number} | null} end
 * @property {string | null} refusal why this page can't take part: an error id
 */

/** @returns {State} */
export function initial() {
  return {
    link: "connecting",
    ready: false,
    participant: null,
    role: "visitor",
    kind: "family",
    startsAt: null,
    endsAt: null,
    room: "waiting",
    awaiting: null,
    people: [],
    hushed: null,
    noticed: [],
    notice: null,
    warnings: [],
    read: [],
    end: null,
    refusal: null,
  };
}

/**
 * The phase the page is in, as `data-call` says it.
 * @param {State} state
 * @returns {Phase}
 */
export function phase(state) {
  if (state.end) return "ended";
  if (!state.ready || state.participant === null) return "checking";
  return state.room;
}

/**
 * Seconds to the slot's end; before its start, the whole slot's.
 * @param {State} state
 * @param {number} now the server's clock, milliseconds
 * @returns {number | null} null until the end is known
 */
export function secondsLeft(state, now) {
  if (state.end) return 0;
  return state.endsAt === null ? null : Math.max(0, (state.endsAt - Math.max(now, state.startsAt)) / 1000);
}

/**
 * Ourselves, as the others see us.
 * @param {State} state
 * @returns {Person | undefined} none of who watches
 */
export function own(state) {
  return state.people.find((person) => person.participant === state.participant);
}

/**
 * Whether our connection does not carry our picture, by whichever way the server's word of it came first.
 * @param {State} state
 * @returns {boolean}
 */
export function weak(state) {
  return state.hushed !== null || (own(state)?.weak ?? false);
}

/** What each server message changes; messages not named here change nothing. */
const MESSAGES = {
  welcome: (state, m) => ({
    ...slot(state, m),
    link: "up",
    participant: m.participant,
    role: m.role,
    room: room(m.state, state.room),
    awaiting: m.awaiting ?? null,
    people: m.people ?? state.people,
    hushed: null,
    refusal: null,
  }),
  state: (state, m) => ({ ...state, room: room(m.state, state.room), awaiting: m.awaiting ?? null }),
  people: (state, m) => told({ ...state, people: m.people }),
  notice: (state, m) => noticeOf(state, m.left),
  warning: (state, m) => warned(state, m),
  ended: (state, m) => ended(state, m.reason, Date.parse(m.ended_at), Date.parse(m.planned_end)),
};

/** What each event of the page itself changes. */
const EVENTS = {
  entry: (state, { entry }) => ({ ...slot(state, entry), role: entry.role }),
  message: (state, { message }) => MESSAGES[message.type]?.(state, message) ?? state,
  hushed: (state, { now }) => (weak(state) ? state : { ...state, hushed: now }),
  up: (state) => ({ ...state, link: "up" }),
  down: (state) => ({ ...state, link: "down" }),
  ready: (state) => ({ ...state, ready: true }),
  read: (state) => read(state, state.warnings.map((warning) => warning.id)),
  recalled: (state, { read: ids }) => read(state, ids),
  refused: (state, { id }) => ({ ...state, refusal: id, link: "down" }),
  gone: (state, { reason, at }) => ended(state, reason, at, state.endsAt ?? at),
  left: (state, { at }) => ended(state, "left", at, state.endsAt ?? at),
  tick: (state, { now }) => ticked(state, now),
};

/**
 * The state after an event. Nothing moves a visit that has ended.
 * @param {State} state
 * @param {{type: keyof typeof EVENTS} & Record<string, any>} event
 * @returns {State} the same object when nothing changed
 */
export function reduce(state, event) {
  return state.end ? state : EVENTS[event.type](state, event);
}

function slot(state, said) {
  return { ...state, kind: said.kind, startsAt: Date.parse(said.starts_at), endsAt: Date.parse(said.ends_at) };
}

/** Once signalling says it too, what the media path said is over when that is. */
const told = (state) => (own(state)?.weak ? { ...state, hushed: null } : state);

/** The server's room states; "checking" is a word about ourselves and leaves the room as it was. */
function room(said, before) {
  return said === "waiting" || said === "live" || said === "held" ? said : before;
}

function noticeOf(state, left) {
  if (state.noticed.includes(left)) return state;
  return { ...state, noticed: [...state.noticed, left], notice: left };
}

/** A warning is shown once, however often the server says it. */
function warned(state, { id, notice, text }) {
  if (state.read.includes(id) || state.warnings.some((warning) => warning.id === id)) return state;
  return { ...state, warnings: [...state.warnings, { id, notice, text }] };
}

function read(state, ids) {
  if (ids.length === 0) return state;
  const warnings = state.warnings.filter((warning) => !ids.includes(warning.id));
  return { ...state, warnings, read: [...new Set([...state.read, ...ids])] };
}

function ended(state, reason, endedAt, plannedEnd) {
  return { ...state, end: { reason, endedAt, plannedEnd }, notice: null, warnings: [] };
}

/** Time passing: without a server the page gives the notices and says the end itself. */
function ticked(before, now) {
  const state = before.hushed !== null && now >= before.hushed + HUSHED ? { ...before, hushed: null } : before;
  if (state.endsAt === null || state.refusal) return state;
  if (now >= state.endsAt + (state.link === "up" ? GRACE : 0)) return ended(state, "slot_over", state.endsAt, state.endsAt);
  if (state.link !== "down" || state.room !== "live") return state;
  const left = (state.endsAt - now) / 1000;
  const due = NOTICES.filter((seconds) => left <= seconds && left > seconds - 5);
  return due.reduce(noticeOf, state);
}
