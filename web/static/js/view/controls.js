// Mute, camera, leave: the three buttons of the family's call.

import { on, say } from "../lib/ui.js";

const LABELS = {
  mute: { true: "mute.turn_off", false: "mute.turn_on" },
  camera: { true: "camera.turn_off", false: "camera.turn_on" },
};

/** Keeps what is sent, what the buttons say and what the others are told in step. */
export class Controls {
  #root;
  #t;
  #room;
  #devices;
  #off = { audio: false, video: false };

  /**
   * @param {HTMLElement} root
   * @param {import("../lib/text.js").Translate} t
   * @param {import("./room.js").Room} room
   * @param {import("../media/devices.js").Devices} devices
   */
  constructor(root, t, room, devices) {
    this.#root = root;
    this.#t = t;
    this.#room = room;
    this.#devices = devices;
    on(root, "mute", () => this.#toggle("audio"));
    on(root, "camera", () => this.#toggle("video"));
    on(root, "leave", () => this.#ask());
    on(root, "stay", () => this.#dialog.close());
    on(root, "leave-now", () => this.#leave());
  }

  /** @param {{muted: boolean, hidden: boolean}} chosen as it was before a reload */
  restore({ muted, hidden }) {
    this.#off = { audio: muted, video: hidden };
  }

  /** Sends what is open and not switched off, and says so. A muted microphone is silent, not absent: it comes back at once. */
  apply() {
    const { audio, video } = this.#devices.tracks;
    if (audio) audio.enabled = !this.#off.audio;
    if (video) video.enabled = !this.#off.video;
    const shown = { audio: Boolean(audio) && !this.#off.audio, video: Boolean(video) && !this.#off.video };
    this.#room.visit.send({ audio, video: shown.video ? video : null }, shown);
    this.#room.self.srcObject = shown.video ? new MediaStream([video]) : null;
    this.#draw(shown);
  }

  #draw(shown) {
    this.#button("mute", shown.audio);
    this.#button("camera", shown.video);
    this.#room.shows(shown);
  }

  #button(action, working) {
    this.#root.querySelector(`[data-action="${action}"]`).dataset.working = String(working);
    say(this.#root, action, this.#t(LABELS[action][working]));
  }

  /** Switching on what is not open tries to open it: it may have been plugged in, or allowed, since. */
  async #toggle(kind) {
    const missing = this.#devices.tracks[kind] === null;
    this.#off[kind] = missing ? !(await this.#devices.openOne(kind)) : !this.#off[kind];
    this.apply();
  }

  /** @returns {HTMLDialogElement} */
  get #dialog() {
    return this.#root.querySelector('[data-ask="leave"]');
  }

  #ask() {
    say(this.#root, "leave-text", this.#t("leave.text", { time: this.#room.until() }));
    this.#dialog.showModal();
  }

  #leave() {
    this.#dialog.close();
    this.#room.visit.leave();
  }
}
