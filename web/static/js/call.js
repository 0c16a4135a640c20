// The family's page: device check, waiting room, call, end.

import { loadText } from "./lib/text.js";
import { on } from "./lib/ui.js";
import { obstacle } from "./media/browser.js";
import { Devices } from "./media/devices.js";
import { chime, hush } from "./media/meter.js";
import { Check } from "./view/check.js";
import { Controls } from "./view/controls.js";
import { Room } from "./view/room.js";

// Says to js/old.js that this browser understands the page.
document.documentElement.dataset.script = "running";

const root = document.querySelector("#call");
const language = document.documentElement.lang;
const t = await loadText(language);

const devices = new Devices(lost);
const room = new Room({ root, t, language, sends: true, keeps: true, onPhase, onRefused: release });
const controls = new Controls(root, t, room, devices);
const check = new Check(t, devices, room.self, ready);

on(root, "retry", () => location.reload());
window.addEventListener("pageshow", (event) => event.persisted && location.reload());
await begin();

async function begin() {
  const problem = obstacle();
  if (problem) {
    room.visit.dispatch({ type: "refused", id: problem });
    return;
  }
  const before = room.visit.chosen;
  await Promise.all([room.visit.start(), check.open({ audio: before?.microphoneId, video: before?.cameraId })]);
  const { chosen } = room.visit;
  if (room.visit.state.end || room.visit.state.refusal) release();
  else if (room.visit.state.ready) controls.apply(); // the answer came after the person had gone on without
  else if (chosen) {
    // The page was loaded again in mid-visit: everything as it was, without a question of ours.
    controls.restore(chosen);
    ready();
  }
}

/** The person is ready, with whatever is open. */
function ready() {
  check.close();
  const { audio, video } = devices.tracks;
  const before = room.visit.chosen;
  room.visit.ready({
    camera: video !== null,
    microphone: audio !== null,
    cameraId: devices.id("video"),
    microphoneId: devices.id("audio"),
    muted: before?.muted ?? false,
    hidden: before?.hidden ?? false,
  });
  controls.apply();
}

/** A device went away by itself: it is opened again once; what stays shut is said and shown as switched off. */
async function lost(kind) {
  if (room.visit.phase === "ended") return;
  await devices.openOne(kind);
  if (room.visit.phase === "checking") await check.show();
  else controls.apply();
}

function onPhase(phase, before) {
  // Whoever looked away while waiting is called back.
  if (phase === "live" && before === "waiting") chime();
  if (phase !== "ended") return;
  release();
  room.close();
}

/** Camera and microphone are let go of: their lights go off. */
function release() {
  check.close();
  devices.stop();
  room.self.srcObject = null;
  hush();
}
