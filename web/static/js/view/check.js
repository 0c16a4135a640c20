// The device check of the family's page: ask, show, let hear, let choose, and say plainly what does not work.

import { element, on, say, show } from "../lib/ui.js";
import { family } from "../media/browser.js";
import { Devices } from "../media/devices.js";
import { Meter, chime, wake } from "../media/meter.js";

const SLOW_ANSWER = 8_000;
const SHORTEST_READING = 1_200;

/** Runs until the person is ready. */
export class Check {
  #root = document.querySelector('[data-screen="check"]');
  #t;
  #devices;
  #self;
  #meter = null;
  #frame = 0;
  #slow = 0;
  #over = false;

  /**
   * @param {import("../lib/text.js").Translate} t
   * @param {Devices} devices
   * @param {HTMLVideoElement} self our own picture
   * @param {() => void} onReady
   */
  constructor(t, devices, self, onReady) {
    this.#t = t;
    this.#devices = devices;
    this.#self = self;
    on(this.#root, "ready", onReady);
    on(this.#root, "chime", () => this.#chime());
    on(this.#root, "try-devices", () => this.open());
    this.#root.addEventListener("pointerdown", wake);
    const choose = this.#root.querySelector("[data-choose]");
    choose.addEventListener("toggle", () => choose.open && choose.scrollIntoView({ block: "nearest" }));
    for (const pick of this.#picks()) pick.addEventListener("change", () => this.#pick(pick));
  }

  /**
   * Asks for the devices, after a sentence that says so, and shows what came of it.
   * @param {{audio?: string | null, video?: string | null}} ids
   */
  async open(ids = {}) {
    this.#enable(false);
    show(this.#root, "[data-problems], [data-action='try-devices']", false);
    const granted = await Devices.granted();
    this.#status(granted ? "check.starting" : "check.asking");
    if (!granted) await new Promise((resolve) => setTimeout(resolve, SHORTEST_READING));
    this.#slow = setTimeout(() => this.#unanswered(), SLOW_ANSWER);
    await this.#devices.open(ids);
    clearTimeout(this.#slow);
    await this.show();
  }

  /** Shows the devices as they are now. */
  async show() {
    if (this.#over) return;
    const { audio, video } = this.#devices.tracks;
    this.#self.srcObject = video ? new MediaStream([video]) : null;
    show(this.#root, "[data-self]", video !== null);
    this.#listen(audio);
    this.#explain();
    await this.#offerChoice();
    this.#enable(true);
  }

  /** The check is over; the devices stay open. */
  close() {
    this.#over = true;
    clearTimeout(this.#slow);
    this.#listen(null);
  }

  #status(key) {
    say(this.#root, "check-status", this.#t(key));
  }

  /** The question stays unanswered: it may stand where nobody looks, or this program shows none. */
  #unanswered() {
    this.#status(family(navigator.userAgent) === "in_app" ? "allow.in_app" : "check.slow");
    say(this.#root, "ready", this.#t("ready.neither"));
    this.#enable(true);
  }

  #enable(enabled) {
    this.#root.querySelector('[data-action="ready"]').disabled = !enabled;
  }

  #listen(track) {
    cancelAnimationFrame(this.#frame);
    this.#meter?.stop();
    this.#meter = track ? new Meter(track) : null;
    show(this.#root, "[data-check-level]", track !== null);
    if (this.#meter) this.#frame = requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    const { awake } = this.#meter;
    this.#root.querySelector("[data-level]").style.transform = `scaleX(${awake ? this.#meter.read() : 0})`;
    say(this.#root, "level-words", this.#t(awake ? "check.speak" : "check.touch"));
    this.#frame = requestAnimationFrame(() => this.#draw());
  }

  /** What works, what does not and why, and what the other side will miss. */
  #explain() {
    const { audio, video } = this.#devices.problems;
    const outcome = audio && video ? "neither" : audio ? "no_audio" : video ? "no_video" : "works";
    this.#status(`check.${outcome}`);
    say(this.#root, "ready", this.#t(`ready.${outcome}`));
    const keys = [];
    if (audio === video && audio) keys.push(`both.${audio}`);
    else keys.push(...(video ? [`camera.${video}`] : []), ...(audio ? [`microphone.${audio}`] : []));
    if (audio === "refused" || video === "refused") keys.push(`allow.${family(navigator.userAgent)}`);
    const list = this.#root.querySelector("[data-problems]");
    list.replaceChildren(...keys.map((key) => element("li", { textContent: this.#t(key) })));
    show(this.#root, "[data-problems], [data-action='try-devices']", keys.length > 0);
  }

  #picks() {
    return this.#root.querySelectorAll("[data-pick]");
  }

  async #offerChoice() {
    let several = false;
    for (const pick of this.#picks()) {
      const devices = await this.#devices.list(pick.dataset.pick);
      const current = this.#devices.id(pick.dataset.pick);
      pick.replaceChildren(
        ...devices.map(({ deviceId, label }, i) =>
          element("option", {
            value: deviceId,
            textContent: label || this.#t("check.device", { number: String(i + 1) }),
            selected: deviceId === current,
          }),
        ),
      );
      pick.closest(".field").hidden = devices.length < 2;
      several ||= devices.length > 1;
    }
    show(this.#root, "[data-choose]", several);
  }

  async #pick(pick) {
    await this.#devices.openOne(pick.dataset.pick, pick.value);
    await this.show();
  }

  async #chime() {
    await chime();
    say(this.#root, "chime-words", this.#t("check.heard"));
  }
}
