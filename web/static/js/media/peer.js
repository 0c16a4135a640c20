// One peer connection with the room's relay. The server offers and fixes every section in advance (docs/protocol.md, "Media"):
// the first audio and the first video section carry what we send, and each section we receive on is named, by its stream's id,
// after the participant it comes from.

import { Pulse, lastArrival } from "./pulse.js";

const VIDEO_BITS = 600_000;
const AUDIO_BITS = 40_000;
/** A voice that can still be followed, where a line carries no picture: it leaves room for what is said beside it. */
const SPARE_AUDIO_BITS = 18_000;
/** The RID of the small layer, and what it is beside the main one: it is for lines that carry little more than the voice. */
const SMALL = "l";
const SMALL_LAYER = { maxBitrate: 80_000, maxFramerate: 15, scaleResolutionDownBy: 2 };
const DISCONNECTED = 8_000;
const CONNECTING = 20_000;
const BEAT = 200;

/** @typedef {{audio: MediaStreamTrack | null, video: MediaStreamTrack | null}} Tracks */

/**
 * @typedef {object} PeerListener
 * @property {(offer: any, sdp: string) => void} onAnswer
 * @property {(offer: any, candidate: RTCIceCandidateInit | null) => void} onCandidate
 * @property {(participant: string, track: MediaStreamTrack) => void} onTrack
 * @property {() => void} onConnected packets can come and go
 * @property {() => void} onStill what came a moment ago comes no more
 * @property {() => void} onTrouble there has been no way to the relay for too long
 */

/** Which connection an offer is of (RFC 8866, o=): a restart of ICE has other credentials and the same session. */
const session = (/** @type {string} */ sdp) => /^o=\S+ (\d+) /m.exec(sdp)?.[1];

/** Receives and, where the offer allows it, sends. */
export class Peer {
  /** @type {RTCPeerConnection} */
  connection;
  #listener;
  #sends;
  #senders = { audio: null, video: null };
  /** @type {Tracks} */
  #tracks = { audio: null, video: null };
  #sparing = false;
  #small = false;
  #queue = Promise.resolve();
  #offer = null;
  #session = null;
  #timer = 0;
  #wasConnected = false;
  #pulse = new Pulse();
  #beat = 0;

  /**
   * @param {PeerListener} listener
   * @param {boolean} sends whether this side ever sends; a monitor never does
   * @param {RTCIceServer[]} iceServers ways for those whose network lets no UDP through
   */
  constructor(listener, sends, iceServers = []) {
    this.#listener = listener;
    this.#sends = sends;
    this.connection = new RTCPeerConnection({ bundlePolicy: "max-bundle", iceServers });
    this.connection.ontrack = ({ track, streams }) => streams[0] && listener.onTrack(streams[0].id, track);
    this.connection.onicecandidate = ({ candidate }) => listener.onCandidate(this.#offer, candidate?.toJSON() ?? null);
    this.connection.onconnectionstatechange = () => this.#watch();
    this.#beat = setInterval(() => this.#feel(), BEAT);
    this.#watch();
  }

  /** @returns {boolean} whether an offer can be taken by this connection rather than by a new one */
  fits(sdp) {
    return this.#session === null || this.#session === session(sdp);
  }

  /**
   * Takes the server's offer and answers it.
   * @param {any} offer the offer's number, given back with the answer
   * @param {string} sdp
   */
  accept(offer, sdp) {
    this.#session = session(sdp);
    this.#offer = offer;
    return this.#next(async () => {
      await this.connection.setRemoteDescription({ type: "offer", sdp });
      if (this.#sends) await this.#claimSenders();
      await this.connection.setLocalDescription(await this.connection.createAnswer());
      await this.#limit();
      this.#listener.onAnswer(offer, this.connection.localDescription.sdp);
    });
  }

  /**
   * What is sent from now on; null sends nothing. Takes no negotiation.
   * @param {Tracks} tracks
   * @param {boolean} sparing the sound goes over a line that carries no picture
   */
  send(tracks, sparing = false) {
    const before = this.#sparing;
    this.#sparing = sparing;
    this.#tracks = { ...tracks };
    return this.#next(async () => {
      await this.#apply();
      if (sparing !== before) await this.#limitSound();
    });
  }

  /**
   * Which layers of the picture are sent, where the browser and the offer know several.
   * @param {boolean} small whether the small one is, too
   */
  layers(small) {
    this.#small = small;
    return this.#next(() => this.#limit());
  }

  close() {
    clearTimeout(this.#timer);
    clearInterval(this.#beat);
    this.connection.ontrack = this.connection.onicecandidate = this.connection.onconnectionstatechange = null;
    this.connection.close();
  }

  /** Steps run one after the other; what fails once the connection is closed is of no interest any more. */
  #next(step) {
    this.#queue = this.#queue.then(step).catch((error) => {
      if (this.connection.signalingState !== "closed") throw error;
    });
    return this.#queue;
  }

  #feel() {
    if (this.#pulse.beat(performance.now(), lastArrival(this.connection))) this.#listener.onStill();
  }

  async #claimSenders() {
    for (const kind of ["audio", "video"]) {
      const first = this.connection.getTransceivers().find((t) => t.receiver.track.kind === kind);
      if (!first) continue;
      first.direction = "sendrecv";
      this.#senders[kind] = first.sender;
    }
    await this.#apply();
  }

  async #apply() {
    for (const kind of ["audio", "video"]) {
      const sender = this.#senders[kind];
      if (sender && sender.track !== this.#tracks[kind]) await sender.replaceTrack(this.#tracks[kind]);
    }
  }

  /** The voice goes first: it has the higher priority, and the picture gives up size before it gives up movement. */
  async #limit() {
    await this.#limitSound();
    await this.#tune(this.#senders.video, { maxBitrate: VIDEO_BITS, priority: "low", networkPriority: "low" });
  }

  #limitSound() {
    const maxBitrate = this.#sparing ? SPARE_AUDIO_BITS : AUDIO_BITS;
    return this.#tune(this.#senders.audio, { maxBitrate, priority: "high", networkPriority: "high" });
  }

  async #tune(sender, encoding) {
    const parameters = sender?.getParameters();
    if (!parameters?.encodings?.length) return;
    const main = parameters.encodings.find(({ rid }) => rid !== SMALL);
    Object.assign(main, encoding, parameters.encodings.length > 1 && { scaleResolutionDownBy: 1 });
    const small = parameters.encodings.find(({ rid }) => rid === SMALL);
    if (small) Object.assign(small, SMALL_LAYER, { active: this.#small, priority: encoding.priority });
    if (sender === this.#senders.video) parameters.degradationPreference = "maintain-framerate";
    // Limits are a courtesy to slow networks: a browser that knows none of them still makes the call.
    await sender.setParameters(parameters).catch(() => {});
  }

  /** "disconnected" and then "failed" are one trouble: its patience runs from the first of them. */
  #watch() {
    const state = this.connection.connectionState;
    if (state === "connected") {
      clearTimeout(this.#timer);
      this.#timer = 0;
      this.#wasConnected = true;
      this.#listener.onConnected();
    } else if (state !== "closed" && this.#timer === 0) {
      this.#timer = setTimeout(() => this.#listener.onTrouble(), this.#wasConnected ? DISCONNECTED : CONNECTING);
    }
  }
}
