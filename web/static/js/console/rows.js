// One row of a console is the chosen one; keys act on it. Arrow keys choose, each act's key is shown on its button.

const ROW = "[data-visrn]";

/** The choosing of rows within a list, by keyboard, pointer or focus. */
export class Rows {
  #list;
  #key = null;

  /** @param {HTMLElement} list */
  constructor(list) {
    this.#list = list;
    list.addEventListener("focusin", (event) => this.#choose(event.target.closest(ROW)));
    list.addEventListener("pointerdown", (event) => this.#choose(event.target.closest(ROW)));
    this.settle();
  }

  /** After a change of the list: the chosen row again, or the first that wants something. */
  settle() {
    const rows = this.#rows();
    const kept = rows.find((row) => row.dataset.key === this.#key);
    const wanting = (what) => rows.find((row) => row.querySelector(what));
    this.#mark(kept ?? wanting("button[data-action]") ?? wanting("[data-action]") ?? rows[0] ?? null);
  }

  /** @returns {HTMLElement | null} */
  get chosen() {
    return this.#rows().find((row) => row.dataset.key === this.#key) ?? null;
  }

  /** Chooses the row `steps` further down, and moves the focus to it. @param {number} steps */
  move(steps) {
    const rows = this.#rows();
    const from = rows.indexOf(this.chosen);
    const next = rows[Math.min(rows.length - 1, Math.max(0, from + steps))];
    if (!next) return;
    this.#choose(next);
    next.focus();
  }

  /** Chooses one row, and moves the focus to it. @param {string} key @returns {boolean} whether there is such a row */
  choose(key) {
    const row = this.#rows().find((each) => each.dataset.key === key);
    if (!row) return false;
    this.#choose(row);
    row.focus();
    return true;
  }

  #rows() {
    return [...this.#list.querySelectorAll(ROW)];
  }

  #choose(row) {
    if (!row) return;
    this.#key = row.dataset.key;
    this.#mark(row);
  }

  #mark(chosen) {
    for (const row of this.#rows()) {
      if (row === chosen) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
    }
    if (chosen && this.#key === null) this.#key = chosen.dataset.key;
  }
}

/** What is written into or picked from: every key is its own there. */
const WRITING = "select, textarea, input:not([type=checkbox], [type=radio])";

/**
 * Keys of a console: only plain ones, and none while somebody writes or picks from a list. A box to tick keeps the keys
 * that move or tick; letters and digits mean nothing to it.
 * @param {Record<string, () => void>} acts by the key's name, lower case
 */
export function onKeys(acts) {
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.isComposing) return;
    const act = acts[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act || event.target.closest(event.key.length === 1 ? WRITING : "input, select, textarea")) return;
    event.preventDefault();
    act();
  });
}
