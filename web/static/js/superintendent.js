// The superintendent's pages: keys, ticking many, the proof of identity large. Everything also works without this file.

import { LiveConsole } from "./console/live.js";
import { onKeys, Rows } from "./console/rows.js";
import { openPapers } from "./view/papers.js";

/** @param {string} selector @param {ParentNode} [within] @returns {HTMLElement | null} */
const find = (selector, within = document) => within.querySelector(selector);

const desk = /** @type {HTMLElement} */ (find("[data-desk]"));
const problems = find("[data-problems]");
problems?.focus();

/** Follows a link that shows its key. @param {string} key */
const follow = (key) => find(`[data-key="${key}"]`, desk)?.click();

// --- The queue ---------------------------------------------------------------------------------------------------------

/** Keys and ticks of the queue. */
function startQueue() {
  const list = find("[data-rows]");
  const rows = list ? new Rows(list) : null;
  const approve = /** @type {HTMLButtonElement | null} */ (find("[data-approve-many]"));
  const all = /** @type {HTMLButtonElement | null} */ (find("[data-tick-all]"));
  const ticks = () => /** @type {HTMLInputElement[]} */ ([...document.querySelectorAll("[data-tick]")]);

  const count = () => {
    if (!approve) return;
    const ticked = ticks().filter((tick) => tick.checked).length;
    approve.textContent = approve.dataset.words.replace("{count}", String(ticked));
    approve.disabled = ticked === 0;
  };

  if (all) {
    all.hidden = false;
    all.addEventListener("click", () => {
      const some = ticks().some((tick) => !tick.checked);
      for (const tick of ticks()) tick.checked = some;
      count();
    });
  }
  desk.addEventListener("change", count);
  count();
  onKeys({
    ArrowDown: () => rows?.move(1),
    ArrowUp: () => rows?.move(-1),
    Enter: () => open(rows?.chosen),
    x: () => {
      const tick = /** @type {HTMLInputElement | null} */ (rows?.chosen?.querySelector("[data-tick]"));
      if (!tick) return;
      tick.checked = !tick.checked;
      count();
    },
  });
  new LiveConsole(desk).start(() => {});
}

/** Enter on a link or button is theirs; anywhere else it opens the chosen row. @param {HTMLElement | null | undefined} row */
function open(row) {
  const at = document.activeElement;
  if (at instanceof HTMLElement && at.matches("a, button, summary")) at.click();
  else find("[data-open]", row ?? document)?.click();
}

// --- One request -------------------------------------------------------------------------------------------------------

/** Opens an act and puts the focus where it asks for its reason. @param {string} name */
function openAct(name) {
  const act = /** @type {HTMLDetailsElement | null} */ (find(`[data-act="${name}"]`));
  if (!act) return;
  act.open = true;
  const first = /** @type {HTMLElement | null} */ (act.querySelector("select, textarea, input:not([type=hidden])"));
  first?.focus();
  act.scrollIntoView({ block: "nearest" });
}

/** Keys of one request. A goes to Approve, and pressed there again approves: nobody is let in by one stray key. */
function startRequest() {
  const approve = /** @type {HTMLButtonElement | null} */ (find('[data-action="approve"]'));
  const wish = (number) => {
    const radio = /** @type {HTMLInputElement | null} */ (find(`[data-wish="${number}"]:not(:disabled)`));
    if (radio) radio.checked = true;
  };
  const papers = openPapers(desk);
  onKeys({
    1: () => wish(1),
    2: () => wish(2),
    3: () => wish(3),
    a: () => (document.activeElement === approve ? approve?.click() : approve?.focus()),
    i: () => papers.open(),
    n: () => follow("n"),
    p: () => follow("p"),
    q: () => openAct("ask"),
    r: () => openAct("refuse"),
    s: () => openAct("special"),
    u: () => follow("u"),
  });
  find("[data-other]")?.addEventListener("change", () => {
    /** @type {HTMLInputElement} */ (find("#slot-other")).checked = true;
  });
  sendOnce();
  lookAtThePicked();
}

/** What is left and what stands against it belongs to one person: another choice shows theirs. */
function lookAtThePicked() {
  for (const choice of document.querySelectorAll("[data-pick]:not([data-seen])")) {
    choice.addEventListener("change", () => location.replace(choice.getAttribute("data-pick") ?? ""));
  }
}

/** A second press while the first is on its way sends nothing; a page that comes back from the browser's memory can. */
function sendOnce() {
  const sent = new Set();
  addEventListener("pageshow", () => sent.clear());
  desk.addEventListener("submit", (event) => {
    if (sent.has(event.target)) event.preventDefault();
    sent.add(event.target);
  });
}

if (desk.dataset.desk === "queue") startQueue();
else if (desk.dataset.desk === "request") startRequest();
else onKeys({ u: () => follow("u") });
