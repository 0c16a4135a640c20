// How loud a microphone is, for a bar that moves, and a sound to try the speaker with.

const FLOOR = -60;

/**
 * Loudness of a stretch of samples.
 * @param {Float32Array} samples each -1 to 1
 * @returns {number} 0 for silence (-60 dB and below) to 1 for full scale
 */
export function level(samples) {
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / Math.max(1, samples.length);
  const decibels = 10 * Math.log10(power + 1e-12);
  return Math.min(1, Math.max(0, 1 - decibels / FLOOR));
}

/** @type {AudioContext | null} */
let context = null;

/** One context for the page. Browsers keep it silent until the first touch; `awake` says so. */
function sound() {
  context ??= new AudioContext();
  if (context.state === "suspended") context.resume();
  return context;
}

/** Follows one microphone. */
export class Meter {
  #source;
  #analyser;
  #samples;

  /** @param {MediaStreamTrack} track */
  constructor(track) {
    const audio = sound();
    this.#analyser = audio.createAnalyser();
    this.#analyser.fftSize = 1024;
    this.#samples = new Float32Array(this.#analyser.fftSize);
    this.#source = audio.createMediaStreamSource(new MediaStream([track]));
    this.#source.connect(this.#analyser);
  }

  /** @returns {boolean} whether the browser lets the page listen yet */
  get awake() {
    return context?.state === "running";
  }

  /** @returns {number} 0 to 1 */
  read() {
    this.#analyser.getFloatTimeDomainData(this.#samples);
    return level(this.#samples);
  }

  /** @returns {boolean} whether anything at all comes: a quiet room does, a microphone that is switched off does not */
  get sounding() {
    this.#analyser.getFloatTimeDomainData(this.#samples);
    return this.#samples.some((sample) => sample !== 0);
  }

  stop() {
    this.#source.disconnect();
  }
}

/** Wakes the page's sound; to be called while the person touches the page. */
export function wake() {
  if (context) sound();
}

/** Gets the page's sound going before there is anything to play; to be called while the person touches the page. */
export function prepare() {
  sound();
}

/** @returns {boolean} whether the page may be heard, or listen, yet */
export const awake = () => context?.state === "running";

/** Plays three soft notes, about a second. */
export async function chime() {
  const audio = sound();
  await audio.resume();
  [523.25, 659.25, 783.99].forEach((frequency, i) => {
    const at = audio.currentTime + 0.05 + i * 0.28;
    const tone = new OscillatorNode(audio, { frequency, type: "sine" });
    const loudness = new GainNode(audio, { gain: 0 });
    loudness.gain.setValueAtTime(0, at);
    loudness.gain.linearRampToValueAtTime(0.3, at + 0.03);
    loudness.gain.exponentialRampToValueAtTime(0.001, at + 0.5);
    tone.connect(loudness).connect(audio.destination);
    tone.start(at);
    tone.stop(at + 0.55);
  });
}

/** Closes the page's sound: nothing listens any more. */
export function hush() {
  context?.close();
  context = null;
}
