// The operator's console: live rows, acts without leaving the page, keys.

import { csrf, LiveConsole } from "./console/live.js";
import { onKeys, Rows } from "./console/rows.js";

const PATIENCE = 10_000;
const GOOD_NEWS_SHOWN = 10_000;

const root = /** @type {HTMLElement} */ (document.querySelector("[data-console]"));
const said = root.querySelector("[data-said]");
const rows = new Rows(root.querySelector("[data-items]"));

/** Sends a row's form; the row itself changes when the server's next parts come. @param {HTMLFormElement} form */
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
    say((await answer.json()).message ?? root.dataset.failed, answer.ok);
  } catch {
    say(root.dataset.failed, false);
  } finally {
    button.removeAttribute("aria-busy");
  }
}

let goes = 0;

/** What went well goes by itself; what did not stays until the next act. @param {string} text @param {boolean} well */
function say(text, well) {
  clearTimeout(goes);
  said.textContent = text;
  said.classList.toggle("said--bad", !well);
  if (well && text) goes = setTimeout(() => say("", true), GOOD_NEWS_SHOWN);
}

/** The chosen row's form of an act. @param {string} name */
const form = (name) => rows.chosen?.querySelector(`[data-action="${name}"]`)?.closest("form") ?? null;

root.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-act]")) return;
  event.preventDefault();
  act(event.target);
});

// E opens the ending; pressed again with no reason chosen, it must not pick one by its first letter.
root.addEventListener("keydown", (event) => {
  const plain = !event.ctrlKey && !event.altKey && !event.metaKey;
  const unchosen = event.target.matches("[data-reason]") && event.target.value === "";
  if (plain && unchosen && event.key.toLowerCase() === "e") event.preventDefault();
});

onKeys({
  ArrowDown: () => rows.move(1),
  ArrowUp: () => rows.move(-1),
  e: () => {
    const ending = form("end");
    const reason = ending?.querySelector("[data-reason]");
    if (!reason) return;
    if (reason.value) ending.requestSubmit();
    else reason.focus();
  },
  s: () => form("start")?.requestSubmit(),
});

if (!said.classList.contains("said--bad")) say(said.textContent.trim(), true);
new LiveConsole(root).start(() => rows.settle());
