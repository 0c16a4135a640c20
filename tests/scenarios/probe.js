// Runs in every page before its own scripts. It keeps hold of the page's peer connections, so that a scenario can read
// what the browser itself says it received, also after the page has let go of them.
(() => {
  const connections = [];
  const arrivals = { last: 0, packets: 0, looked: 0, stall: 0 };
  const Native = window.RTCPeerConnection;
  if (!Native) return;

  // The hostile page of the cut's scenario: whatever its scripts do at the end, it keeps its transports and goes on sending.
  const deaf = window.name === "deaf";
  if (deaf) {
    const replace = RTCRtpSender.prototype.replaceTrack;
    RTCRtpSender.prototype.replaceTrack = function (track) {
      return track ? replace.call(this, track) : Promise.resolve();
    };
    MediaStreamTrack.prototype.stop = () => {};
  }

  window.RTCPeerConnection = class extends Native {
    constructor(...args) {
      super(...args);
      connections.push(this);
      if (deaf) this.close = () => {};
    }
  };

  const reports = async () => {
    const all = [];
    for (const connection of connections) {
      try {
        (await connection.getStats()).forEach((report) => all.push(report));
      } catch {
        // a closed connection has no statistics
      }
    }
    return all;
  };

  const inbound = async () => (await reports()).filter((r) => r.type === "inbound-rtp");

  // What came since the last look may have come right after it: on a starved machine that is long ago.
  const watch = async () => {
    const began = Date.now();
    const packets = (await inbound()).reduce((sum, r) => sum + (r.packetsReceived || 0), 0);
    if (packets > arrivals.packets) arrivals.last = arrivals.looked || began;
    arrivals.packets = Math.max(packets, arrivals.packets);
    if (arrivals.looked) arrivals.stall = Math.max(arrivals.stall, Date.now() - arrivals.looked);
    arrivals.looked = began;
  };

  const pixels = (video) => {
    const canvas = document.createElement("canvas");
    canvas.width = 32;
    canvas.height = 24;
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.drawImage(video, 0, 0, 32, 24);
    return Array.from(context.getImageData(0, 0, 32, 24).data);
  };

  window.probe = {
    arrivals,
    // Fifty times a second, which costs as much as a third of a call: for the scenario of the cut alone.
    watchArrivals: () => void setInterval(watch, 20),
    reports,
    inbound,
    states: () => connections.map((c) => c.connectionState),
    outbound: async () => (await reports()).filter((r) => r.type === "outbound-rtp"),
    media: async () => {
      const sum = { frames: 0, energy: 0, audioPackets: 0, videoPackets: 0, checks: 0, sent: 0 };
      for (const r of await reports()) {
        if (r.type === "candidate-pair") sum.checks += r.responsesReceived || 0;
        if (r.type === "outbound-rtp") sum.sent += r.packetsSent || 0;
        if (r.type !== "inbound-rtp") continue;
        if (r.kind === "video") {
          sum.frames += r.framesDecoded || 0;
          sum.videoPackets += r.packetsReceived || 0;
        } else {
          sum.energy += r.totalAudioEnergy || 0;
          sum.audioPackets += r.packetsReceived || 0;
        }
      }
      return sum;
    },
    // How much of a small copy of the picture differs from itself some frames later: 0 for a still one.
    motion: async (selector, milliseconds) => {
      const video = document.querySelector(selector);
      const before = pixels(video);
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
      const after = pixels(video);
      return before.filter((value, i) => Math.abs(value - after[i]) > 16).length / before.length;
    },
  };
})();
