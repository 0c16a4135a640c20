// Runs in every page of a measurement before its own scripts: what each connection has received, every fifth of a second.
// `want` is put before it: the beginnings of the TURN addresses that this page may know ("turns:"), or null for all.
(() => {
  const EVERY = 200;
  const Probed = window.RTCPeerConnection;
  if (!Probed) return;
  const connections = [];
  const samples = [];
  const allowed = (url) => want === null || want.some((beginning) => url.startsWith(beginning));
  const only = ({ urls, ...rest }) => ({ ...rest, urls: [urls].flat().filter(allowed) });

  window.RTCPeerConnection = class extends Probed {
    constructor(configuration = {}, ...rest) {
      const iceServers = (configuration.iceServers ?? []).map(only).filter(({ urls }) => urls.length > 0);
      super({ ...configuration, iceServers }, ...rest);
      connections.push(this);
    }
  };

  const fields = {
    audio: ["packetsReceived", "packetsLost", "totalSamplesReceived", "concealedSamples", "silentConcealedSamples"],
    video: ["packetsReceived", "packetsLost", "framesDecoded", "frameWidth", "freezeCount"],
  };

  // Sums over all connections there have been: a page that makes a new one goes on counting.
  const closed = new Map();
  const look = async () => {
    const now = { at: Date.now(), audio: {}, video: {}, states: connections.map((c) => c.connectionState) };
    for (const [number, connection] of connections.entries()) {
      const reports = await connection.getStats().catch(() => null);
      const inbound = reports ? [...reports.values()].filter((r) => r.type === "inbound-rtp") : [];
      if (inbound.length > 0) closed.set(number, inbound);
      for (const report of closed.get(number) ?? []) {
        const sum = now[report.kind];
        for (const field of fields[report.kind]) sum[field] = (sum[field] ?? 0) + (report[field] ?? 0);
      }
    }
    samples.push(now);
  };
  const go = async () => {
    await look();
    setTimeout(go, EVERY);
  };
  go();

  // How packets go: "host udp", "relay tls" …, and the address that was used.
  const path = async () => {
    const connection = connections.at(-1);
    const reports = connection ? await connection.getStats() : new Map();
    const all = [...reports.values()];
    const chosen = all.find((r) => r.type === "transport")?.selectedCandidatePairId;
    const pair = reports.get(chosen) ?? all.find((r) => r.type === "candidate-pair" && (r.selected || (r.nominated && r.state === "succeeded")));
    const local = reports.get(pair?.localCandidateId);
    const remote = reports.get(pair?.remoteCandidateId);
    if (!local) return null;
    return { type: local.candidateType, protocol: local.relayProtocol ?? local.protocol, address: remote?.address ?? "" };
  };

  const standing = () => {
    const last = JSON.stringify(samples.at(-1) ?? null);
    return `${connections.map((c) => c.connectionState)} ${document.documentElement.dataset.call} ${last}`;
  };

  window.sampler = { standing, take: () => samples.splice(0), path };
})();
