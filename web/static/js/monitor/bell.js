// Two soft tones when something new is amiss, for whoever wants them. Off until asked for; remembered by the browser.

const KEPT = "mulakat.monitor.bell";
const TONES = [660, 880];
const TONE_SECONDS = 0.16;

/** Rings for alerts that were not there before. */
export class Bell {
  #box;
  #context = null;
  /** @type {Set<string> | null} null until the first look, which never rings */
  #known = null;

  /** @param {HTMLInputElement} box */
  constructor(box) {
    this.#box = box;
    box.checked = recall();
    box.closest("[data-bell-box]").hidden = false;
    box.addEventListener("change", () => {
      keep(box.checked);
      if (box.checked) this.ring();
    });
  }

  /** Takes in what is amiss now. @param {Iterable<string>} alerts a name for each @returns {boolean} whether it rang */
  look(alerts) {
    const now = new Set(alerts);
    const rings = this.#known !== null && this.#box.checked && [...now].some((alert) => !this.#known.has(alert));
    this.#known = now;
    if (rings) this.ring();
    return rings;
  }

  ring() {
    this.#context ??= new AudioContext();
    this.#context.resume();
    TONES.forEach((frequency, place) => {
      const start = this.#context.currentTime + place * TONE_SECONDS;
      const tone = new OscillatorNode(this.#context, { frequency });
      const loudness = new GainNode(this.#context, { gain: 0.12 });
      loudness.gain.setTargetAtTime(0, start + TONE_SECONDS / 2, TONE_SECONDS / 4);
      tone.connect(loudness).connect(this.#context.destination);
      tone.start(start);
      tone.stop(start + 2 * TONE_SECONDS);
    });
  }
}

/** The alerts nobody has ticked off, each by room and kind. @param {ParentNode} root */
export const openAlerts = (root) =>
  [...root.querySelectorAll('[data-alert][data-ticked="no"]')].map(
    (alert) => `${alert.closest("[data-room]").dataset.room} ${alert.dataset.alert} ${alert.querySelector("[name=since]")?.value}`,
  );

// A browser that keeps nothing for us (private, full) forgets the choice; that is all.
function recall() {
  try {
    return localStorage.getItem(KEPT) === "yes";
  } catch {
    return false;
  }
}

function keep(wanted) {
  try {
    localStorage.setItem(KEPT, wanted ? "yes" : "no");
  } catch {
    // see above
  }
}
