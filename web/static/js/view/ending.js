// The end page: when and why it ended, and, as soon as the call is on paper, what it had lost and what follows.

import { askAfter } from "../lib/entry.js";
import { say, show } from "../lib/ui.js";
import { ended } from "./words.js";

/** Milliseconds before each question. The worker needs a second or two, seven where a node has died; then it has trouble. */
const WAITS = [500, 1_000, 1_500, 2_000, 3_000, 5_000, 5_000, 10_000, 10_000, 20_000, 30_000, 30_000, 60_000];

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Draws the end into the places of call/_stage.html. */
export class Ending {
  #root;
  #t;
  #asked = false;
  /** @type {{lost: string[], next: string} | null} */
  #told = null;

  /**
   * @param {HTMLElement} root
   * @param {import("../lib/text.js").Translate} t
   */
  constructor(root, t) {
    this.#root = root;
    this.#t = t;
  }

  /** @param {import("./words.js").Scene} scene */
  draw(scene) {
    const words = ended(scene);
    const comesBack = words.next.key === "ended.next.return";
    const { lost, next } = (!comesBack && this.#told) || { lost: [], next: "" };
    this.#say("ended-title", this.#t(words.title.key));
    this.#say("ended-text", this.#t(words.text.key, words.text.values));
    this.#say("ended-lost", lost.join(" "));
    this.#say("ended-next", next || this.#t(words.next.key, words.next.values));
    show(this.#root, '[data-action="return"]', comesBack);
    if (!this.#asked) this.#ask(scene);
  }

  #say(place, text) {
    say(this.#root, place, text);
  }

  /** Only the family's page asks: the terminal's is gone in a moment. Who left learns it when the slot is over. */
  async #ask(scene) {
    this.#asked = true;
    const address = this.#root.dataset.after;
    const { end } = scene.state;
    if (!address || !scene.entry) return;
    if (end.reason === "left") await pause(Math.max(0, end.plannedEnd - scene.now));
    const over = { ...scene, now: Math.max(scene.now, end.plannedEnd) };
    this.draw(over);
    this.#told = await told(address, scene.entry.visrn);
    if (this.#told) this.draw(over);
  }
}

/** Asks until there is an answer, or it is in vain: what the page says without one is true as well. */
async function told(address, visrn) {
  for (const wait of WAITS) {
    await pause(wait);
    const answer = await askAfter(address, visrn);
    if ("lost" in answer) return answer;
    if (!answer.again) return null;
  }
  return null;
}
