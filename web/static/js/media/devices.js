// Camera and microphone: opening them, choosing among them, and saying in one word why that failed.

/** @typedef {"refused" | "blocked" | "missing" | "busy" | "failed"} Problem */
/** @typedef {"audio" | "video"} Kind */

const PICTURE = { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 24, max: 24 }, facingMode: "user" };
const SOUND = { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: { ideal: 1 } };
const PERMISSION = { audio: "microphone", video: "camera" };

/**
 * @param {DOMException} error what getUserMedia threw
 * @returns {Problem}
 */
export function problemOf(error) {
  switch (error.name) {
    case "NotAllowedError":
    case "SecurityError":
      return /system/i.test(error.message) ? "blocked" : "refused";
    case "NotFoundError":
    case "OverconstrainedError":
      return "missing";
    case "NotReadableError":
    case "AbortError":
      return "busy";
    default:
      return "failed";
  }
}

/** @returns {Promise<PermissionState | null>} null where the browser doesn't tell */
async function permission(kind) {
  try {
    return (await navigator.permissions.query({ name: PERMISSION[kind] })).state;
  } catch {
    return null;
  }
}

/** The devices of this page. At most one track of each kind is open at a time. */
export class Devices {
  /** @type {Record<Kind, MediaStreamTrack | null>} */
  tracks = { audio: null, video: null };
  /** @type {Record<Kind, Problem | null>} */
  problems = { audio: null, video: null };
  #wanted = { audio: null, video: null };
  #onLost;

  /** @param {(kind: Kind) => void} onLost a device went away by itself: unplugged, or taken by the system */
  constructor(onLost = () => {}) {
    this.#onLost = onLost;
  }

  /** @returns {Promise<boolean>} whether opening both will show no question */
  static async granted() {
    return (await permission("audio")) === "granted" && (await permission("video")) === "granted";
  }

  /**
   * Opens both with one question; where that fails, each alone, so that one missing device does not cost the other.
   * @param {{audio?: string | null, video?: string | null}} ids preferred devices
   */
  async open(ids = {}) {
    Object.assign(this.#wanted, ids);
    const problem = await this.#try(["audio", "video"]);
    if (problem === null) return;
    this.problems = { audio: problem, video: problem };
    const alone = problem === "refused" ? await this.#unrefused() : ["audio", "video"];
    for (const kind of alone) await this.openOne(kind);
  }

  /**
   * Opens one kind anew, with a chosen device or the one used last. The open track of that kind is stopped first: many
   * phones can't open two cameras at once.
   * @param {Kind} kind
   * @param {string | null} [id]
   * @returns {Promise<boolean>} whether it is open now
   */
  async openOne(kind, id = this.#wanted[kind]) {
    this.#wanted[kind] = id;
    this.#stop(kind);
    this.problems[kind] = await this.#try([kind]);
    return this.tracks[kind] !== null;
  }

  /**
   * The devices there are; names only once the permission was given.
   * @param {Kind} kind
   * @returns {Promise<MediaDeviceInfo[]>}
   */
  async list(kind) {
    const all = await navigator.mediaDevices.enumerateDevices();
    return all.filter((device) => device.kind === `${kind}input` && device.deviceId !== "");
  }

  /** @param {Kind} kind @returns {string | null} the id of the open device */
  id(kind) {
    return this.tracks[kind]?.getSettings().deviceId ?? null;
  }

  /** Lets go of everything: lights go off. */
  stop() {
    this.#stop("audio");
    this.#stop("video");
  }

  #stop(kind) {
    const track = this.tracks[kind];
    this.tracks[kind] = null;
    if (!track) return;
    track.onended = null;
    track.stop();
  }

  /** @returns {Promise<Problem | null>} */
  async #try(kinds) {
    try {
      const stream = await navigator.mediaDevices.getUserMedia(this.#constraints(kinds));
      for (const track of stream.getTracks()) this.#adopt(track);
      return null;
    } catch (error) {
      return problemOf(error);
    }
  }

  #adopt(track) {
    this.#stop(track.kind);
    this.tracks[track.kind] = track;
    this.problems[track.kind] = null;
    track.contentHint = track.kind === "audio" ? "speech" : "motion";
    track.onended = () => {
      this.tracks[track.kind] = null;
      this.problems[track.kind] = "busy";
      this.#onLost(track.kind);
    };
  }

  #constraints(kinds) {
    const chosen = (kind) => (this.#wanted[kind] ? { deviceId: { ideal: this.#wanted[kind] } } : {});
    return {
      audio: kinds.includes("audio") && { ...SOUND, ...chosen("audio") },
      video: kinds.includes("video") && { ...PICTURE, ...chosen("video") },
    };
  }

  /** Kinds worth a second try after a refusal: those the browser says are not the refused ones. */
  async #unrefused() {
    const states = { audio: await permission("audio"), video: await permission("video") };
    return Object.values(states).includes("denied") ? Object.keys(states).filter((kind) => states[kind] === "granted") : [];
  }
}
