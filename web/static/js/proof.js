// Proof of work for the forms that ask for it (templates/proof.html): begun when the page opens, waited for when it is sent.

import { search } from "./lib/sha256.js";

/** @typedef {{algorithm: string, challenge: string, maxnumber: number, salt: string, signature: string}} Challenge */

const PATIENCE = 10_000;
const TRIES = 3;
// The server takes a proof for half an hour; an older one is made again before it is sent.
const FRESH = 25 * 60_000;
// A thread that is shared with the page gives way each few milliseconds.
const CHUNK = 1_000;

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

/**
 * @param {string} url
 * @returns {Promise<Challenge>}
 */
async function ask(url) {
  const answer = await fetch(url, { headers: { Accept: "application/json" }, signal: AbortSignal.timeout(PATIENCE) });
  if (!answer.ok) throw new Error(`no challenge: ${answer.status}`);
  return answer.json();
}

/** @param {Challenge} task */
function inWorker(task) {
  return new Promise((found, failed) => {
    const worker = new Worker(new URL("./proof-worker.js", import.meta.url), { type: "module" });
    const finish = (settle) => (event) => {
      worker.terminate();
      settle(event.data);
    };
    worker.addEventListener("message", finish(found));
    worker.addEventListener("error", finish(failed));
    worker.postMessage(task);
  });
}

/** @param {Challenge} task */
async function onThePage({ challenge, salt, maxnumber }) {
  for (let first = 0; first <= maxnumber; first += CHUNK) {
    const number = search(challenge, salt, first, Math.min(first + CHUNK - 1, maxnumber));
    if (number >= 0) return number;
    await pause(0);
  }
  return -1;
}

/**
 * What goes into the form's field.
 * @param {string} url
 */
async function prove(url) {
  const task = await ask(url);
  // Browsers without module workers, and those that refuse any, do it on the page.
  const number = await inWorker(task).catch(() => onThePage(task));
  const { algorithm, challenge, salt, signature } = task;
  return btoa(JSON.stringify({ algorithm, challenge, number, salt, signature }));
}

/** One form's proof: made once, made again when it has become old. */
class Proof {
  /** @param {HTMLElement} place */
  constructor(place) {
    this.place = place;
    this.input = place.querySelector("input");
    this.said = place.querySelector("[data-proof-said]");
    this.begin();
  }

  begin() {
    this.input.value = "";
    this.place.dataset.proof = "working";
    this.begun = Date.now();
    this.done = this.work();
  }

  async work() {
    for (let tries = 1; tries <= TRIES; tries += 1) {
      try {
        this.input.value = await prove(this.place.dataset.url);
        this.settle("done");
        return;
      } catch {
        if (tries < TRIES) await pause(tries * 1000);
      }
    }
    this.settle("failed");
  }

  settle(state) {
    this.place.dataset.proof = state;
    this.said.textContent = state === "failed" ? this.place.dataset.failed : "";
  }

  get ready() {
    return this.place.dataset.proof === "done" && Date.now() - this.begun < FRESH;
  }

  /**
   * Hold the form back until the proof is there; one that can't be made is for the server to say.
   * @param {SubmitEvent} event
   */
  async hold(event) {
    const form = /** @type {HTMLFormElement} */ (event.target);
    event.preventDefault();
    event.stopImmediatePropagation();
    if (this.holding) return;
    this.holding = true;
    if (this.place.dataset.proof !== "working") this.begin();
    this.said.textContent = this.place.dataset.working;
    await this.done;
    this.holding = false;
    this.let = true;
    form.requestSubmit(/** @type {HTMLElement | null} */ (event.submitter));
  }
}

/** @type {Map<Element | null, Proof>} */
const proofs = new Map();
for (const place of document.querySelectorAll("[data-proof]")) {
  proofs.set(place.closest("form"), new Proof(/** @type {HTMLElement} */ (place)));
}

// On the way down, before any other script counts the form as sent.
addEventListener(
  "submit",
  (event) => {
    const proof = proofs.get(/** @type {Element} */ (event.target));
    if (!proof || proof.ready || proof.let) {
      if (proof) proof.let = false;
      return;
    }
    proof.hold(event);
  },
  true,
);

// Brought back by the back button: its proof is spent.
addEventListener("pageshow", (event) => {
  if (event.persisted) for (const proof of proofs.values()) proof.begin();
});
