// The terminal says how it is, every ten seconds and whenever something has changed; and does what staff ask of it.

import { within } from "../lib/patience.js";
import { say } from "../lib/ui.js";
import { SelfTest } from "../media/selftest.js";

const EVERY = 10_000;
const PATIENCE = 8_000;
/** A session this near is tested for, unless a test is younger. */
const BEFORE_SESSION = 15 * 60_000;
/** What failed may have been busy, or plugged in since: it is tried again. */
const AGAIN = 30_000;
const PASSING = new Set(["missing", "busy", "failed"]);
const DONE = "mulakat.terminal.done";

/** Keeps the console informed for as long as the page is open. */
export class Health {
  #root;
  #t;
  #test = new SelfTest();
  #rtt = null;
  #devices = null;
  #next = null;
  #done = recall();
  #doing = "";

  /** @param {HTMLElement} root with data-health, the address @param {import("../lib/text.js").Translate} t */
  constructor(root, t) {
    this.#root = root;
    this.#t = t;
    setInterval(() => this.#beat(), EVERY);
    addEventListener("pointerdown", () => this.#test.result.microphone === "unheard" && this.#try());
    this.#try();
  }

  /** The devices of a call that begins, or null when it is over. @param {import("../media/devices.js").Devices | null} devices */
  inCall(devices) {
    this.#devices = devices;
    if (devices) this.#test.stop();
    this.#say();
    this.#send();
  }

  /** What the stream said. @param {{id: string, name: string} | null} command @param {{starts_at: string} | null} next */
  heard(command, next) {
    this.#next = next ? Date.parse(next.starts_at) : null;
    if (command && command.id !== this.#done && command.id !== this.#doing) this.#obey(command);
  }

  /** Done once, also where the page is loaded anew in between. */
  async #obey({ id, name }) {
    this.#doing = id;
    keep(id);
    if (name === "reload") {
      location.reload();
      return;
    }
    await this.#tested();
    this.#done = id;
    this.#beat();
  }

  #beat() {
    if (this.#devices) this.#test.observe(this.#devices);
    else if (this.#due()) return this.#try();
    return this.#send();
  }

  #due() {
    const { at, result } = this.#test;
    const age = at === null ? Infinity : performance.now() - at;
    const failed = PASSING.has(result.camera) || PASSING.has(result.microphone);
    return (failed && age > AGAIN) || (this.#near() && age > BEFORE_SESSION);
  }

  #near() {
    const left = this.#next === null ? Infinity : this.#next - Date.now();
    return left > 0 && left <= BEFORE_SESSION;
  }

  async #try() {
    await this.#tested();
    await this.#send();
  }

  async #tested() {
    if (this.#devices || this.#test.running) return;
    say(this.#root, "health", this.#t("health.running"));
    await this.#test.run();
    this.#say();
  }

  #say() {
    const { camera, microphone } = this.#test.result;
    const works = camera === "ok" && (microphone === "ok" || microphone === "silent");
    if (this.#test.at === null) return;
    const touch = camera === "ok" && microphone === "unheard";
    say(this.#root, "health", this.#t(works ? "health.ok" : touch ? "health.touch" : "health.bad"));
  }

  /** How long the answer takes is the next report's measure of the line. */
  async #send() {
    const { result, at } = this.#test;
    const now = performance.now();
    const report = {
      ...result,
      tested: at === null ? null : (now - at) / 1000,
      rtt: this.#rtt,
      open: now / 1000,
      in_call: this.#devices !== null,
      done: this.#done,
    };
    const headers = { "Content-Type": "application/json" };
    const request = { method: "POST", headers, body: JSON.stringify(report), signal: within(PATIENCE) };
    try {
      const answer = await fetch(this.#root.dataset.health, request);
      if (answer.ok) this.#rtt = Math.round(performance.now() - now);
    } catch {
      // The console sees that this page is silent.
    }
  }
}

function recall() {
  try {
    return sessionStorage.getItem(DONE) ?? "";
  } catch {
    return "";
  }
}

/** @param {string} id */
function keep(id) {
  try {
    sessionStorage.setItem(DONE, id);
  } catch {
    // A reload that was asked for may then be done twice within a minute.
  }
}
