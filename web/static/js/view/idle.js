// The terminal's idle page, and the stream that says which session the terminal belongs to now.

import { within } from "../lib/patience.js";
import { timeOfDay } from "../lib/time.js";
import { show } from "../lib/ui.js";

const SECOND = 1_000;
const RETRY = 3_000;
const PATIENCE = 10_000;
const STALE = 10_000;

/** Keeps listening for as long as the page is open. */
export class Idle {
  /** The visit the operator has started, or "". */
  wanted = "";
  #root;
  #language;
  #onSession;
  #stale = 0;

  /**
   * @param {HTMLElement} root
   * @param {string} language
   * @param {(told: {session: {visit_id: string} | null, next: {starts_at: string} | null, command: {id: string, name: string}
   *   | null}) => void} onSession at each message, also unchanged ones
   */
  constructor(root, language, onSession) {
    this.#root = root;
    this.#language = language;
    this.#onSession = onSession;
    setInterval(() => this.#clock(), SECOND);
    this.#clock();
    this.#listen();
  }

  /** @param {boolean} shown */
  show(shown) {
    show(this.#root, "[data-idle]", shown);
    if (!shown) return;
    const { dataset } = document.documentElement;
    for (const name of ["call", "left", "endReason", "error"]) delete dataset[name];
    delete document.body.dataset.showing;
  }

  /** The browser reconnects by itself after a dropped stream, but not after an error answer: that is ours to do. */
  #listen() {
    const source = new EventSource(this.#root.dataset.events);
    source.onopen = () => this.#heard();
    source.onmessage = ({ data }) => this.#said(JSON.parse(data));
    source.addEventListener("beat", () => this.#heard());
    source.addEventListener("over", () => location.reload());
    source.onerror = () => {
      show(this.#root, "[data-offline]", true);
      if (source.readyState === EventSource.CLOSED) setTimeout(() => this.#renew(), RETRY);
    };
  }

  /** The server answers, but not with a stream: the page it gives now says why. Without an answer this page stays. */
  async #renew() {
    const answer = await fetch(location.href, { signal: within(PATIENCE) }).catch(() => null);
    if (answer?.ok) location.reload();
    else this.#listen();
  }

  /** Something came, so the stream lives; when nothing comes for long, the page says so. */
  #heard() {
    show(this.#root, "[data-offline]", false);
    clearTimeout(this.#stale);
    this.#stale = setTimeout(() => show(this.#root, "[data-offline]", true), STALE);
  }

  #said(told) {
    this.#heard();
    this.wanted = told.session?.visit_id ?? "";
    this.#next(told.next);
    this.#onSession(told);
  }

  #next(next) {
    show(this.#root, "[data-next]", Boolean(next));
    show(this.#root, "[data-no-next]", !next);
    const time = this.#root.querySelector("[data-next-time]");
    if (!next || !time) return;
    time.dateTime = next.starts_at;
    time.textContent = timeOfDay(Date.parse(next.starts_at), this.#language, this.#root.dataset.timezone);
  }

  #clock() {
    const zone = this.#root.dataset.timezone;
    this.#write("[data-clock]", timeOfDay(Date.now(), this.#language, zone));
    const form = { weekday: "long", day: "numeric", month: "long", timeZone: zone };
    this.#write("[data-date]", new Intl.DateTimeFormat(`${this.#language}-IN-u-nu-latn`, form).format(Date.now()));
  }

  #write(selector, text) {
    const place = this.#root.querySelector(selector);
    if (place && place.textContent !== text) place.textContent = text;
  }
}
