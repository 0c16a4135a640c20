// The operator's console: live rows, acts without leaving the page, keys, and a sound when something new needs a person.
// It serves the day and the page of one session: there the whole page is the one row.

import { csrf, LiveConsole } from "./console/live.js";
import { askInWords } from "./console/needed.js";
import { onKeys, Rows } from "./console/rows.js";
import { Said } from "./console/said.js";
import { Sound } from "./console/sound.js";

const PATIENCE = 10_000;

const root = /** @type {HTMLElement} */ (document.querySelector("[data-console]"));
const said = new Said(root);
const list = root.querySelector("[data-items]");
const rows = list ? new Rows(list) : null;
const sound = new Sound(root, root.querySelector("[data-sound]"));
askInWords(root);

/** Sends a form; what it changes is seen when the server's next parts come. @param {HTMLFormElement} form */
async function act(form) {
  const button = form.querySelector("button");
  if (button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  const request = {
    method: "POST",
    body: new URLSearchParams(new FormData(form)),
    headers: { Accept: "application/json", "X-CSRF-Token": csrf() },
    signal: AbortSignal.timeout(PATIENCE),
  };
  try {
    const answer = await fetch(form.action, request);
    if (answer.status === 401 || answer.status === 403) location.reload();
    said.say((await answer.json()).message ?? root.dataset.failed, answer.ok);
    if (answer.ok && form.matches("[data-clears]")) form.reset();
  } catch {
    said.say(root.dataset.failed, false);
  } finally {
    button.removeAttribute("aria-busy");
  }
}

/** An act's button or link of the chosen row. @param {string} name */
const find = (name) => (rows ? rows.chosen : root)?.querySelector(`[data-action="${name}"]`) ?? null;

/** Presses it, if it is there. @param {string} name */
function press(name) {
  const found = find(name);
  const form = found?.closest("form");
  if (form) form.requestSubmit();
  else found?.click();
  return found !== null;
}

/** For an act that cannot be undone: its reason first, then the act. @param {string} name */
function reasonThen(name) {
  const form = find(name)?.closest("form");
  const reason = form?.querySelector("[data-reason]");
  if (!reason) return;
  if (reason.value) form.requestSubmit();
  else reason.focus();
}

/** Helps in who is missing. Where several are, the key goes from one to the next, and Enter opens the one in focus. */
function helpIn() {
  const links = [...((rows ? rows.chosen : root)?.querySelectorAll('[data-action="help"][aria-keyshortcuts]') ?? [])];
  if (links.length === 1) links[0].click();
  else links[(links.indexOf(document.activeElement) + 1) % links.length]?.focus();
}

/**
 * The first of what needs a person: the visit it is about becomes the chosen one. Where that is no row of this page, what
 * can be done about it gets the focus, or the terminal that somebody has to look at.
 */
function mostUrgent() {
  const need = root.querySelector("[data-need]");
  if (!need || rows?.choose(need.dataset.row)) return;
  const act = need.querySelector(".need__acts :is(a, button, select)") ?? need.querySelector("a");
  (act ?? root.querySelector(`[data-key="${need.dataset.line}"]`))?.focus();
}

root.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-act]")) return;
  event.preventDefault();
  act(event.target);
});

// A visit's number in the list of what needs somebody leads to its row, and chooses it.
root.addEventListener("click", (event) => {
  const need = event.target.closest('[data-need] a[href^="#"]')?.closest("[data-need]");
  if (need && rows?.choose(need.dataset.row)) event.preventDefault();
});

// A reason's key opens its list; pressed again with nothing chosen, it must not pick one by its first letter.
root.addEventListener("keydown", (event) => {
  const plain = !event.ctrlKey && !event.altKey && !event.metaKey;
  const unchosen = event.target.matches("[data-reason]") && event.target.value === "";
  const own = event.target.getAttribute("aria-keyshortcuts");
  if (plain && unchosen && event.key.toLowerCase() === own) event.preventDefault();
});

onKeys({
  ...(rows ? { ArrowDown: () => rows.move(1), ArrowUp: () => rows.move(-1) } : {}),
  1: mostUrgent,
  c: helpIn,
  e: () => reasonThen("end"),
  h: () => press("hold") || press("resume"),
  i: () => rows && press("details"),
  n: () => (rows ? press("note") : root.querySelector("#note-text")?.focus()),
  s: () => press("start"),
  u: () => !rows && press("back"),
  x: () => reasonThen("no-show"),
});

/** Once, at the beginning: the day is at the hour it has come to, and what needs somebody stays in sight above it. */
function showNow() {
  const frame = root.querySelector("[data-frame]");
  const now = frame?.querySelector("[data-now-row]");
  if (!frame || !now || frame.scrollHeight <= frame.clientHeight) return;
  const head = frame.querySelector(".head")?.offsetHeight ?? 0;
  frame.scrollTop += now.getBoundingClientRect().top - frame.getBoundingClientRect().top - head;
}

showNow();
new LiveConsole(root).start(() => {
  rows?.settle();
  sound.listen();
});
