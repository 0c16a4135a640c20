// Tries the terminal's camera and microphone for a few seconds and lets go of both: does a picture come, and a sound?

import { Devices } from "./devices.js";
import { Meter } from "./meter.js";

/** @typedef {"ok" | "dark" | "silent" | "unheard" | "missing" | "refused" | "busy" | "failed" | "untested"} DeviceState */

const LONGEST = 6_000;
const LISTENS = 2_500;
const FRAMES = 3;
/** Of 255: the mean brightness under which nobody could be recognised. */
const DARK = 10;
const PAUSE = 50;

const STATES = { blocked: "refused", refused: "refused", missing: "missing", busy: "busy", failed: "failed" };

/** One test at a time; a session that begins stops it. */
export class SelfTest {
  /** @type {{camera: DeviceState, microphone: DeviceState}} */
  result = { camera: "untested", microphone: "untested" };
  /** When that was found out, by performance.now(); null before the first test. */
  at = null;
  /** @type {Devices | null} */
  #devices = null;

  get running() {
    return this.#devices !== null;
  }

  /** @returns {Promise<boolean>} false where it was stopped, or runs already */
  async run() {
    if (this.running) return false;
    const devices = new Devices();
    this.#devices = devices;
    await devices.open();
    const { audio, video } = devices.tracks;
    const [camera, microphone] = await Promise.all([
      video ? this.#sees(video) : STATES[devices.problems.video ?? "failed"],
      audio ? this.#hears(audio) : STATES[devices.problems.audio ?? "failed"],
    ]);
    const whole = this.#devices === devices;
    if (whole) this.#found({ camera, microphone });
    devices.stop();
    if (whole) this.#devices = null;
    return whole;
  }

  /** A session needs the devices, now. */
  stop() {
    this.#devices?.stop();
    this.#devices = null;
  }

  /** During a call, the call is the test. @param {Devices} devices */
  observe(devices) {
    const state = (kind) => {
      const track = devices.tracks[kind];
      if (!track) return STATES[devices.problems[kind] ?? "failed"];
      return track.readyState === "live" ? "ok" : "failed";
    };
    this.#found({ camera: state("video"), microphone: state("audio") });
  }

  #found(result) {
    this.result = result;
    this.at = performance.now();
  }

  /** @param {MediaStreamTrack} track @returns {Promise<DeviceState>} */
  async #sees(track) {
    const video = Object.assign(document.createElement("video"), { muted: true, playsInline: true });
    video.srcObject = new MediaStream([track]);
    const canvas = Object.assign(document.createElement("canvas"), { width: 32, height: 24 });
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    const times = new Set();
    video.play().catch(() => undefined);
    const enough = await this.#until(() => {
      if (video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) times.add(video.currentTime);
      return times.size >= FRAMES;
    }, LONGEST);
    if (!enough) return "failed";
    pen.drawImage(video, 0, 0, canvas.width, canvas.height);
    video.srcObject = null;
    return brightness(pen.getImageData(0, 0, canvas.width, canvas.height).data) < DARK ? "dark" : "ok";
  }

  /** @param {MediaStreamTrack} track @returns {Promise<DeviceState>} */
  async #hears(track) {
    const meter = new Meter(track);
    const sounding = await this.#until(() => meter.awake && meter.sounding, LISTENS);
    const { awake } = meter;
    meter.stop();
    return sounding ? "ok" : awake ? "silent" : "unheard";
  }

  /** Looks again and again; false when it did not come in time, or the test was stopped. */
  async #until(found, milliseconds) {
    const devices = this.#devices;
    const end = performance.now() + milliseconds;
    while (this.#devices === devices && performance.now() < end) {
      if (found()) return true;
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
    return false;
  }
}

/** Mean brightness, 0 to 255 (ITU-R BT.601). @param {Uint8ClampedArray} pixels RGBA */
export function brightness(pixels) {
  let sum = 0;
  for (let i = 0; i < pixels.length; i += 4) sum += 0.299 * pixels[i] + 0.587 * pixels[i + 1] + 0.114 * pixels[i + 2];
  return sum / Math.max(1, pixels.length / 4);
}
