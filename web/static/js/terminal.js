// The prison's terminal: idle until the operator starts a session, then the call, then idle again. Nobody has to press anything.

import { loadText } from "./lib/text.js";
import { Devices } from "./media/devices.js";
import { Health } from "./view/health.js";
import { Idle } from "./view/idle.js";
import { Room } from "./view/room.js";

const GOODBYE = 10_000;
const AGAIN = 4_000;

const root = document.querySelector("#call");
const language = document.documentElement.lang;
const t = await loadText(language);

/** @type {{visit: string, room: Room, devices: Devices, over: boolean} | null} */
let session = null;
/** The visit whose end this page has seen: it is not joined again. */
let finished = "";

window.addEventListener("pageshow", (event) => event.persisted && location.reload());

const page = document.querySelector("[data-terminal]");
const health = new Health(page, t);
const idle = new Idle(page, language, ({ session: wanted, command, next }) => {
  const visit = wanted?.visit_id ?? "";
  if (visit && visit !== session?.visit && visit !== finished) begin(visit);
  health.heard(command, next);
});

/** Joins with the devices there are. */
async function begin(visit) {
  close();
  idle.show(false);
  root.hidden = false;
  const devices = new Devices((kind) => reopen(kind));
  const room = new Room({ root, t, language, sends: true, keeps: false, onPhase, onRefused: tryAgain });
  session = { visit, room, devices, over: false };
  health.inCall(devices);
  await Promise.all([devices.open(), room.visit.start()]);
  if (session?.room !== room || session.over) {
    devices.stop();
    return;
  }
  const { audio, video } = devices.tracks;
  room.visit.ready({ camera: video !== null, microphone: audio !== null, muted: audio === null, hidden: video === null });
  send();
}

function send() {
  const { room, devices } = session;
  const { audio, video } = devices.tracks;
  room.visit.send({ audio, video }, { audio: audio !== null, video: video !== null });
  room.self.srcObject = video ? new MediaStream([video]) : null;
}

/** A camera that was pulled out is waited for. */
async function reopen(kind) {
  const { devices } = session ?? {};
  if (!devices) return;
  if (await devices.openOne(kind)) send();
  else setTimeout(() => session?.devices === devices && !session.over && reopen(kind), AGAIN);
}

function onPhase(phase) {
  if (phase !== "ended" || !session) return;
  session.over = true;
  session.devices.stop();
  health.inCall(null);
  finished = session.visit;
  const { room } = session;
  setTimeout(() => session?.room === room && close(), GOODBYE);
}

/** A refusal is not the end of it: whatever stands in the way (a socket of before a reload, a node on its way up) will go. */
function tryAgain() {
  const { room, visit, devices } = session;
  session.over = true;
  devices.stop();
  setTimeout(() => {
    if (session?.room !== room) return;
    if (idle.wanted === visit) begin(visit);
    else close();
  }, AGAIN);
}

/** Back to the idle page. */
function close() {
  if (!session) return;
  session.devices.stop();
  health.inCall(null);
  session.room.close();
  session = null;
  root.hidden = true;
  idle.show(true);
}
