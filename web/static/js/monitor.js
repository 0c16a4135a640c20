// The monitor's wall: live rooms by themselves, keys for the frequent acts, several rooms chosen to follow.

import { LiveConsole } from "./console/live.js";
import { onKeys, Rows } from "./console/rows.js";
import { Sound } from "./console/sound.js";
import { Acts } from "./monitor/acts.js";

const root = /** @type {HTMLElement} */ (document.querySelector("[data-console]"));
const rows = new Rows(root.querySelector("[data-items]"));
const acts = new Acts(root, rows);
const sound = new Sound(root, root.querySelector("[data-sound]"));
const chosen = root.querySelector("#chosen");
const events = root.dataset.events;

const picked = () => [...root.querySelectorAll("[data-pick]:checked")];

/** How many are chosen; a room that has gone is chosen no more. */
function count() {
  const number = picked().length;
  root.querySelector("[data-picked]")?.replaceChildren(number ? `(${number})` : "");
  if (chosen) chosen.hidden = number === 0;
}

const press = (selector) => () => root.querySelector(selector)?.click();

onKeys({
  ...acts.keys,
  ArrowDown: () => rows.move(1),
  ArrowUp: () => rows.move(-1),
  1: press('[data-layout="1"]'),
  2: press('[data-layout="2"]'),
  4: press('[data-layout="4"]'),
  9: press('[data-layout="9"]'),
  f: () => (picked().length ? chosen.requestSubmit() : rows.chosen?.querySelector('[data-action="watch"]')?.click()),
  n: press('[data-action="next"]'),
  x: () => rows.chosen?.querySelector("[data-pick]")?.click(),
});

addEventListener("keydown", (event) => event.key === "Escape" && !event.isComposing && acts.back());

root.addEventListener("change", (event) => event.target.matches("[data-pick]") && count());

const live = new LiveConsole(root);
live.start(() => {
  rows.settle();
  count();
  sound.listen();
});
count();

// A wall that nobody sees keeps its alerts, and asks for no pictures.
document.addEventListener("visibilitychange", () => live.listen(document.hidden ? `${events}&pictures=no` : events));
