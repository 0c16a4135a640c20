// What staff do in a call, as the people in it see it: a hold, a sound or picture that was switched off, a warning.

import { element, say, show } from "../lib/ui.js";
import { ourselves, takenOf, warning as warningWords } from "./words.js";

/** Nobody may be able to press anything at the prison's terminal: there a warning goes by itself. */
const PATIENCE = 60_000;

/** Draws them into the places of call/_stage.html and call/_warning.html. */
export class Staff {
  #root;
  #t;
  #visit;
  #box = document.querySelector("[data-warnings]");
  #shown = { audio: true, video: true };
  #timer = 0;
  #before = null;
  #listening = new AbortController();

  /**
   * @param {HTMLElement} root
   * @param {import("../lib/text.js").Translate} t
   * @param {import("../lib/visit.js").Visit} visit
   */
  constructor(root, t, visit) {
    this.#root = root;
    this.#t = t;
    this.#visit = visit;
    const { signal } = this.#listening;
    const came = ({ relatedTarget }) => {
      if (relatedTarget && !this.#box.contains(relatedTarget)) this.#before = relatedTarget;
    };
    this.#box?.addEventListener("focusin", came, { signal });
    this.#box?.querySelector('[data-action="read"]').addEventListener("click", () => this.#read(), { signal });
  }

  /** @param {{audio: boolean, video: boolean}} shown what we send, by our own buttons */
  shows(shown) {
    this.#shown = shown;
    this.draw();
  }

  /** @param {string} until when the visit ends, as the jail's clock shows it */
  draw(until = "") {
    const { state, phase } = this.#visit;
    const taken = takenOf(state.people.find((person) => person.participant === state.participant));
    this.#say("self-words", ourselves(this.#shown, taken));
    this.#say("taken", taken && { key: `taken.${taken}` });
    show(this.#root, "[data-hold]", phase === "held");
    if (phase === "held") this.#drawHold(until);
    this.#drawWarnings(state.warnings);
  }

  close() {
    this.#drawWarnings([]);
    this.#listening.abort();
  }

  #say(place, words) {
    say(this.#root, place, words ? this.#t(words.key, words.values) : "");
  }

  #drawHold(until) {
    this.#say("hold-title", { key: "hold.title" });
    this.#say("hold-text", { key: "hold.text" });
    if (until) this.#say("hold-time", { key: "hold.time", values: { time: until } });
  }

  /** Each is written once, so that it is read out once. */
  #drawWarnings(warnings) {
    if (!this.#box) return;
    const list = this.#box.querySelector("[data-warning-list]");
    const ids = new Set(warnings.map(({ id }) => id));
    for (const shown of [...list.children]) if (!ids.has(shown.dataset.warning)) shown.remove();
    this.#box.hidden = warnings.length === 0;
    document.body.toggleAttribute("data-warned", warnings.length > 0);
    const there = new Set([...list.children].map((shown) => shown.dataset.warning));
    for (const warning of warnings) if (!there.has(warning.id)) this.#add(list, warning);
    if (warnings.length === 0) this.#quiet();
  }

  #add(list, warning) {
    const words = warningWords(warning);
    const title = element("strong", { className: "warning__title", textContent: this.#t("warning.title") });
    const text = element("span", { textContent: words ? this.#t(words.key) : warning.text, dir: "auto" });
    const shown = element("p", { className: "warning__words" }, [title, text]);
    Object.assign(shown.dataset, { warning: warning.id, notice: warning.notice ?? "" });
    list.append(shown);
    shown.scrollIntoView({ block: "nearest" });
    this.#quiet();
    if (this.#root.dataset.role === "terminal") this.#timer = setTimeout(() => this.#read(), PATIENCE);
  }

  #quiet() {
    clearTimeout(this.#timer);
    this.#timer = 0;
  }

  /** Who came here by keyboard goes back to where they were. */
  #read() {
    const back = this.#box.contains(document.activeElement) ? this.#before : null;
    this.#visit.read();
    back?.focus();
  }
}
