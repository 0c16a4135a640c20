// A monitor's look into one room. This page never opens a camera or a microphone, and sends nothing.

import { loadText } from "./lib/text.js";
import { on, say } from "./lib/ui.js";
import { Room } from "./view/room.js";

const NOTHING = { camera: false, microphone: false, cameraId: null, microphoneId: null, muted: true, hidden: true };

const root = document.querySelector("#call");
const language = document.documentElement.lang;
const t = await loadText(language);
const button = root.querySelector('[data-action="sound"]');
let audible = false;

const room = new Room({ root, t, language, sends: false, keeps: false, onPhase, onDraw });

on(root, "retry", () => location.reload());
on(root, "sound", () => hear(!audible));
on(root, "hear", () => hear(true));
window.addEventListener("pageshow", (event) => event.persisted && location.reload());
window.addEventListener("pagehide", () => room.visit.leave());
room.visit.ready(NOTHING);
await room.visit.start();

function onPhase(phase) {
  if (phase === "ended") room.close();
}

/** @param {boolean} wanted */
function hear(wanted) {
  audible = wanted;
  room.stage.hear(audible);
  onDraw(room);
}

/** There is no sound to switch on for a legal visit: the server sends none, and its page has no button. */
function onDraw({ visit }) {
  if (!button) return;
  button.setAttribute("aria-pressed", String(audible));
  say(root, "sound", t(audible ? "sound.turn_off" : "sound.turn_on"));
  button.hidden = visit.state.participant === null || visit.state.kind === "legal";
}
