// What a monitor does to a room: forms that are sent without leaving the page, and the keys that open them. The room
// itself changes when the server's next parts come.

import { csrf } from "../console/live.js";
import { askInWords } from "../console/needed.js";
import { Said } from "../console/said.js";

const PATIENCE = 10_000;

/** The acts on the rooms of one console. */
export class Acts {
  #root;
  #said;
  #rows;

  /**
   * @param {HTMLElement} root
   * @param {import("../console/rows.js").Rows} rows
   */
  constructor(root, rows) {
    this.#root = root;
    this.#rows = rows;
    this.#said = new Said(root);
    askInWords(root);
    root.addEventListener("submit", (event) => this.#submitted(event));
    root.addEventListener("toggle", (event) => this.#toggled(event.target), true);
  }

  /** One step back: folds up what is open, or leaves what is being written. @returns {boolean} whether there was a step */
  back() {
    if (this.#fold()) return true;
    const writing = document.activeElement?.closest("input, select, textarea");
    if (!writing) return false;
    (writing.closest("[data-visrn]") ?? writing).focus();
    if (document.activeElement === writing) writing.blur();
    return true;
  }

  /** @returns {Record<string, () => void>} the keys that open an act of the chosen room, by the key's name */
  get keys() {
    const open = (name) => () => this.#open(name);
    return { b: open("blank"), e: open("end"), m: open("mute"), t: () => this.#tickOff(), w: open("warn") };
  }

  /**
   * Sends a form, as its button would.
   * @param {HTMLFormElement} form
   * @param {HTMLElement | null} button
   * @returns {Promise<any | null>} the server's answer; null where it refused or did not answer, and said so
   */
  async send(form, button) {
    if (form.getAttribute("aria-busy") === "true") return null;
    form.setAttribute("aria-busy", "true");
    const body = new URLSearchParams(new FormData(form));
    if (button?.name) body.set(button.name, button.value);
    const headers = { Accept: "application/json", "X-CSRF-Token": csrf() };
    try {
      const answer = await fetch(form.action, { method: "POST", body, headers, signal: AbortSignal.timeout(PATIENCE) });
      if (answer.status === 401 || answer.status === 403) location.reload();
      const said = await answer.json();
      this.#said.say(said.message ?? (answer.ok ? "" : this.#root.dataset.failed), answer.ok);
      return answer.ok ? said : null;
    } catch {
      this.#said.say(this.#root.dataset.failed, false);
      return null;
    } finally {
      form.removeAttribute("aria-busy");
    }
  }

  async #submitted(event) {
    const form = event.target;
    if (!form.matches("[data-act]")) return;
    event.preventDefault();
    if (!(await this.send(form, event.submitter))) return;
    form.reset();
    if (form.closest("details[open]")) this.#fold();
  }

  /** One sheet at a time: what is written in it is seen whole. */
  #toggled(panel) {
    if (!panel.matches?.("[data-panel]") || !panel.open) return;
    for (const other of this.#root.querySelectorAll("[data-panel][open]")) if (other !== panel) other.open = false;
    (panel.querySelector("[data-first]") ?? panel.querySelector("button"))?.focus({ preventScroll: true });
    panel.querySelector(".act__sheet").scrollIntoView({ block: "nearest" });
  }

  #open(name) {
    const panel = this.#rows.chosen?.querySelector(`[data-panel="${name}"]`);
    if (panel) panel.open = !panel.open;
  }

  #tickOff() {
    this.#rows.chosen?.querySelector("[data-note]")?.focus();
  }

  /** Folds up what is open and goes back to its room. @returns {boolean} whether something was open */
  #fold() {
    const open = this.#root.querySelector("[data-panel][open]");
    if (!open) return false;
    open.open = false;
    open.closest("[data-visrn]")?.focus();
    return true;
  }
}
