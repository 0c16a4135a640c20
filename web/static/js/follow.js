// Several rooms followed live: each tile has its connection, one of them is heard. The rooms stand in the address, so
// that the page can be loaded again. This page never opens a camera or a microphone, and sends nothing.

import { LiveConsole } from "./console/live.js";
import { onKeys, Rows } from "./console/rows.js";
import { secondsLeft } from "./lib/state.js";
import { loadText } from "./lib/text.js";
import { Acts } from "./monitor/acts.js";
import { Tile } from "./monitor/tile.js";

const root = /** @type {HTMLElement} */ (document.querySelector("[data-console]"));
const list = root.querySelector("[data-items]");
const rows = new Rows(list);
const acts = new Acts(root, rows);
const language = document.documentElement.lang;
const t = await loadText(language);
/** @type {Map<string, Tile>} by room */
const tiles = new Map();
let rooms = root.dataset.rooms.split(",").filter(Boolean);
/** @type {string | null} the room that is heard; null for silence */
let heard = null;
let silent = false;

const items = () => [...list.querySelectorAll("[data-room]")];

/** Lets the tiles be those of the page: new ones begin, those that have gone or ended are left. */
function settle() {
  for (const [room, tile] of tiles) {
    if (tile.placed) continue;
    tile.close();
    tiles.delete(room);
  }
  for (const item of items()) {
    if (!tiles.has(item.dataset.room) && item.querySelector("[data-stage]")) {
      tiles.set(item.dataset.room, new Tile(item, t, language, mark));
    }
  }
  rows.settle();
  sound();
  mark();
}

/** One is heard, the first that has a sound unless somebody chose; never a lawyer's visit, which has none. */
function sound() {
  const able = items().filter((item) => item.querySelector('[data-action="sound"]')).map((item) => item.dataset.room);
  if (!able.includes(heard)) heard = silent ? null : (able[0] ?? null);
  for (const [room, tile] of tiles) tile.hear(room === heard);
  for (const item of items()) {
    item.querySelector('[data-action="sound"]')?.setAttribute("aria-pressed", String(item.dataset.room === heard));
  }
  root.querySelector("[name=keep]").value = heard ?? "";
}

/** @param {string | null} room */
function hear(room) {
  silent = room === null;
  heard = room;
  sound();
}

/** What the page says to automation: the state of the first room. */
function mark() {
  const { dataset } = document.documentElement;
  const [first] = items();
  const visit = tiles.get(first?.dataset.room)?.visit;
  if (first?.dataset.state === "ended") {
    dataset.call = "ended";
    dataset.endReason = first.querySelector("[data-ended]").dataset.ended;
  } else if (visit) {
    dataset.call = visit.phase;
    const left = secondsLeft(visit.state, visit.clock.now());
    if (left !== null) dataset.left = String(Math.ceil(left));
    if (visit.state.end) dataset.endReason = visit.state.end.reason;
  }
}

/** Follows these rooms from now on. @param {string[]} wanted @param {string} layout */
function follow(wanted, layout) {
  rooms = wanted;
  root.dataset.layout = layout;
  const query = `rooms=${rooms.join(",")}&layout=${layout}`;
  history.replaceState(null, "", `/monitor/follow?${query}`);
  list.className = `follow follow--${layout}`;
  for (const link of root.querySelectorAll(".layouts [data-layout]")) {
    link.toggleAttribute("aria-current", link.dataset.layout === layout);
    link.href = `/monitor/follow?rooms=${rooms.slice(0, Number(link.dataset.layout)).join(",")}&layout=${link.dataset.layout}`;
  }
  for (const field of root.querySelectorAll("[data-next-form] [name=rooms]")) field.value = rooms.join(",");
  for (const field of root.querySelectorAll("[data-next-form] [name=layout]")) field.value = layout;
  live.listen(`/monitor/follow/events?${query}`);
}

const drop = (item) => item && follow(rooms.filter((room) => room !== item.dataset.room), root.dataset.layout);

root.addEventListener("submit", async (event) => {
  if (!event.target.matches("[data-next-form]")) return;
  event.preventDefault();
  const answer = await acts.send(event.target, event.submitter);
  if (answer) follow(answer.rooms, String(answer.layout));
});

root.addEventListener("click", (event) => {
  const item = event.target.closest("[data-room]");
  const layout = event.target.closest(".layouts [data-layout]");
  if (event.target.closest('[data-action="sound"]')) hear(item.dataset.room === heard ? null : item.dataset.room);
  else if (event.target.closest('[data-action="drop"]')) drop(item);
  else if (layout) follow(rooms.slice(0, Number(layout.dataset.layout)), layout.dataset.layout);
  else return;
  event.preventDefault();
});

const layouts = [...root.querySelectorAll(".layouts [data-layout]")];

onKeys({
  ...acts.keys,
  // A digit says how many at once, here as on the wall.
  ...Object.fromEntries(layouts.map((link) => [link.dataset.layout, () => link.click()])),
  ArrowDown: () => rows.move(1),
  ArrowUp: () => rows.move(-1),
  c: () => drop(rows.chosen),
  l: () => root.querySelector('[data-action="wall"]').click(),
  n: () => root.querySelector('[data-action="next"]').click(),
  s: () => rows.chosen?.querySelector('[data-action="sound"]')?.click(),
});

// One step back: out of a sheet or what is being written, and from the rooms to the wall.
addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.isComposing && !acts.back()) root.querySelector('[data-action="wall"]').click();
});

window.addEventListener("pageshow", (event) => event.persisted && location.reload());
window.addEventListener("pagehide", () => tiles.forEach((tile) => tile.close()));

const live = new LiveConsole(root);
live.start(settle);
settle();
setInterval(mark, 500);
