// What getStats says, boiled down: one snapshot, and the rates between two of them.

/**
 * @typedef {object} Snapshot
 * @property {number} at milliseconds
 * @property {number} received packets
 * @property {number} lost packets that should have been received
 * @property {number} bytesIn
 * @property {number} sent packets
 * @property {number} lostOut of those, lost on the way by what the other end reports
 * @property {number} bytesOut
 * @property {number | null} rtt milliseconds
 * @property {{at: number, share: number}[]} judged of each picture we send: when the other end reported last, and what share
 *   it said was lost
 * @property {Record<string, {frames: number, packets: number}>} flows by the id of the receiving track
 */

const sum = (reports, field) => reports.reduce((total, report) => total + (report[field] ?? 0), 0);

/**
 * @param {Iterable<any>} reports the reports of one getStats()
 * @param {number} at milliseconds
 * @returns {Snapshot}
 */
export function snapshot(reports, at) {
  const all = [...reports];
  const of = (type) => all.filter((report) => report.type === type);
  const inbound = of("inbound-rtp");
  const flow = (report) => [report.trackIdentifier, { frames: report.framesDecoded ?? 0, packets: report.packetsReceived ?? 0 }];
  return {
    at,
    received: sum(inbound, "packetsReceived"),
    lost: sum(inbound, "packetsLost"),
    bytesIn: sum(inbound, "bytesReceived"),
    sent: sum(of("outbound-rtp"), "packetsSent"),
    lostOut: sum(of("remote-inbound-rtp"), "packetsLost"),
    bytesOut: sum(of("outbound-rtp"), "bytesSent"),
    rtt: roundTrip(of("candidate-pair"), of("remote-inbound-rtp")),
    judged: of("remote-inbound-rtp")
      .filter(({ kind }) => kind === "video")
      .map(({ timestamp, fractionLost }) => ({ at: timestamp, share: fractionLost ?? 0 })),
    flows: Object.fromEntries(inbound.map(flow)),
  };
}

function roundTrip(pairs, remote) {
  const pair = pairs.find((report) => report.nominated && report.currentRoundTripTime !== undefined);
  const seconds = pair?.currentRoundTripTime ?? remote.find((report) => report.roundTripTime)?.roundTripTime;
  return seconds === undefined ? null : Math.round(seconds * 1000);
}

/** Share of a whole, 0 to 1, of two differences that may be nothing or, after a repair, negative. */
const share = (part, whole) => (whole > 0 ? Math.min(1, Math.max(0, part / whole)) : 0);

/**
 * The `report` message: what happened between two snapshots.
 * @param {Snapshot} before
 * @param {Snapshot} after
 * @returns {{rtt_ms: number | null, loss_in: number, loss_out: number, fps: number, kbps_in: number, kbps_out: number}}
 *   losses 0 to 1; fps of the best picture received
 */
export function rates(before, after) {
  const seconds = Math.max(0.001, (after.at - before.at) / 1000);
  const change = (field) => after[field] - before[field];
  const frames = Object.entries(after.flows).map(([id, flow]) => flow.frames - (before.flows[id]?.frames ?? 0));
  const round = (value, digits) => Number(value.toFixed(digits));
  return {
    rtt_ms: after.rtt,
    loss_in: round(share(change("lost"), change("lost") + change("received")), 4),
    loss_out: round(share(change("lostOut"), change("sent")), 4),
    fps: round(Math.max(0, ...frames) / seconds, 1),
    kbps_in: round(Math.max(0, (change("bytesIn") * 8) / 1000 / seconds), 1),
    kbps_out: round(Math.max(0, (change("bytesOut") * 8) / 1000 / seconds), 1),
  };
}
