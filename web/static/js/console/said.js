// What an act has come to, in the console's line on top: in sight also where the page is scrolled down.

const GOOD_NEWS_SHOWN = 10_000;
/** The share of the line on top that has to be on the screen. */
const IN_SIGHT = 0.9;

/** The place where a console says how the last act went. */
export class Said {
  #place;
  #goes = 0;

  /** @param {HTMLElement} root a console, with [data-said] in its .bar */
  constructor(root) {
    this.#place = root.querySelector("[data-said]");
    const seen = new IntersectionObserver(
      ([{ intersectionRatio }]) => this.#place.classList.toggle("said--afloat", intersectionRatio < IN_SIGHT),
      { threshold: IN_SIGHT },
    );
    seen.observe(this.#place.closest(".bar"));
    // What the page came with goes by itself as well.
    if (!this.#place.classList.contains("said--bad")) this.say(this.#place.textContent.trim(), true);
  }

  /** What went well goes by itself; what did not stays until the next act. @param {string} text @param {boolean} well */
  say(text, well) {
    clearTimeout(this.#goes);
    this.#place.textContent = text;
    this.#place.classList.toggle("said--bad", !well);
    if (well && text) this.#goes = setTimeout(() => this.say("", true), GOOD_NEWS_SHOWN);
  }
}
