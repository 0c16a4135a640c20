// The monitor's console: the live rooms, by themselves; W watches the chosen one.

import { LiveConsole } from "./console/live.js";
import { onKeys, Rows } from "./console/rows.js";

const root = /** @type {HTMLElement} */ (document.querySelector("[data-console]"));
const rows = new Rows(root.querySelector("[data-items]"));

onKeys({
  ArrowDown: () => rows.move(1),
  ArrowUp: () => rows.move(-1),
  w: () => rows.chosen?.querySelector('[data-action="watch"]')?.click(),
});

new LiveConsole(root).start(() => rows.settle());
