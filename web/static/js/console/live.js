// A console that lives: takes the server's parts as they come, keeps the clocks going, and says when its picture is old.

import { ServerClock } from "../lib/clock.js";
import { timeOfDay } from "../lib/time.js";
import { element, morphChildren, syncItems } from "./morph.js";

const STALE_AFTER = 6_000;
const AGAIN_AFTER = 2_000;
const SEEN_EVERY = 60_000;

/** Keeps one console up to date for as long as its page is open. */
export class LiveConsole {
  #root;
  #clock = new ServerClock();
  #heard = performance.now();
  #source = null;
  #changed = () => {};
  #acted = -Infinity;

  /** @param {HTMLElement} root the element with data-events */
  constructor(root) {
    this.#root = root;
    this.#clock.observe(root.dataset.now);
  }

  /** Connects, and starts the clocks. @param {() => void} changed called after each change of the page */
  start(changed) {
    this.#changed = changed;
    this.#connect();
    this.#tick();
    setInterval(() => this.#tick(), 500);
    for (const name of ["keydown", "pointerdown"]) addEventListener(name, () => this.#sayActive(), { passive: true });
  }

  /** Listens to another address from now on. @param {string} address */
  listen(address) {
    this.#root.dataset.events = address;
    this.#source?.close();
    this.#connect();
  }

  #connect() {
    const source = new EventSource(this.#root.dataset.events);
    this.#source = source;
    source.addEventListener("message", (event) => {
      this.#apply(JSON.parse(event.data));
      this.#hear();
      this.#changed();
    });
    source.addEventListener("beat", (event) => {
      this.#clock.observe(JSON.parse(event.data).now);
      this.#hear();
    });
    source.addEventListener("over", () => this.#leave());
    source.addEventListener("error", () => {
      if (source.readyState === EventSource.CLOSED) setTimeout(() => this.#again(source), AGAIN_AFTER);
    });
  }

  /** The browser does not retry an answer that was no stream: a restart behind a proxy, or a sign-in that has ended. */
  async #again(source) {
    const status = await this.#postActive();
    if (status === 401) this.#leave();
    else if (source === this.#source) this.#connect();
  }

  /** @param {{fixed: Record<string, string>, items: Record<string, string>, order: string[]}} parts */
  #apply(parts) {
    // The items first: a part's place may be in one of them.
    const list = this.#root.querySelector("[data-items]");
    if (list) syncItems(list, parts.items, parts.order);
    for (const [name, html] of Object.entries(parts.fixed)) {
      const place = this.#root.querySelector(`[data-part="${name}"]`);
      if (place) morphChildren(place, element(`<div>${html}</div>`));
    }
    this.#tick();
  }

  #hear() {
    this.#heard = performance.now();
    this.#tick();
  }

  #tick() {
    const stale = performance.now() - this.#heard > STALE_AFTER;
    this.#root.querySelector("[data-stale]").hidden = !stale;
    this.#root.classList.toggle("console--stale", stale);
    const now = this.#clock.now();
    const clock = this.#root.querySelector("[data-clock]");
    if (clock) put(clock, timeOfDay(now, document.documentElement.lang, this.#root.dataset.timezone));
    for (const place of this.#root.querySelectorAll("[data-left-to]")) {
      const time = left(Date.parse(place.getAttribute("data-left-to")) - now);
      put(place, place.getAttribute("data-words").replace("{time}", time));
    }
    for (const place of this.#root.querySelectorAll("[data-since]")) {
      const seconds = Math.max(0, Math.floor((now - Date.parse(place.getAttribute("data-since"))) / 1000));
      put(place, place.getAttribute("data-words").replace("{seconds}", String(seconds)));
    }
  }

  #leave() {
    this.#source?.close();
    location.reload();
  }

  #sayActive() {
    if (performance.now() - this.#acted < SEEN_EVERY) return;
    this.#acted = performance.now();
    this.#postActive().then((status) => status === 401 && this.#leave());
  }

  /** @returns {Promise<number>} the status; 0 without an answer */
  async #postActive() {
    try {
      const headers = { "X-CSRF-Token": csrf() };
      const answer = await fetch("/staff/active", { method: "POST", headers, signal: AbortSignal.timeout(5_000) });
      return answer.status;
    } catch {
      return 0;
    }
  }
}

/** @returns {string} the page's form token */
export const csrf = () => document.querySelector('meta[name="csrf-token"]')?.getAttribute("content") ?? "";

/** @param {number} ms @returns {string} minutes and seconds, such as "3:02" */
function left(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** Writes only what changed, so that screen readers and selections are left alone. */
function put(place, text) {
  if (place.textContent !== text) place.textContent = text;
}
