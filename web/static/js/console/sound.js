// A sound when something new needs a person: three soft notes, once for all that came together, if somebody wants it.

import { awake, chime, prepare } from "../media/meter.js";

const KEY = "mulakat.console.sound";

/** A switch, remembered on this device, and the listening for what is new. */
export class Sound {
  #button;
  #root;
  #known;

  /**
   * @param {HTMLElement} root holds the elements that need somebody: [data-need], each with its data-key
   * @param {HTMLButtonElement | null} button with data-on, data-off and data-waits, its words
   */
  constructor(root, button) {
    this.#root = root;
    this.#button = button;
    this.#known = this.#keys();
    if (!button) return;
    button.hidden = false;
    button.addEventListener("click", () => this.#toggle());
    // Browsers keep a page silent until somebody touches it.
    for (const name of ["keydown", "pointerdown"]) addEventListener(name, () => this.#touched(), { passive: true });
    this.#draw();
  }

  /** After each change of the page: is there something that was not there before? */
  listen() {
    const keys = this.#keys();
    const fresh = [...keys].some((key) => !this.#known.has(key));
    this.#known = keys;
    if (fresh && this.#on) chime().catch(() => undefined);
  }

  get #on() {
    return recall() === "on";
  }

  #keys() {
    return new Set([...this.#root.querySelectorAll("[data-need]")].map((need) => need.dataset.key));
  }

  #toggle() {
    keep(this.#on ? "off" : "on");
    if (this.#on) chime().then(() => this.#draw(), () => undefined);
    this.#draw();
  }

  #touched() {
    if (!this.#on || awake()) return;
    prepare();
    setTimeout(() => this.#draw(), 200);
  }

  #draw() {
    const { dataset } = this.#button;
    this.#button.setAttribute("aria-pressed", String(this.#on));
    this.#button.textContent = this.#on ? (awake() ? dataset.on : dataset.waits) : dataset.off;
  }
}

function recall() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

/** @param {"on" | "off"} wish */
function keep(wish) {
  try {
    localStorage.setItem(KEY, wish);
  } catch {
    // It then holds for this page alone.
  }
}
