// Which browser this is, only to say where its permission switch is. Nothing else may depend on it.

/** @typedef {"in_app" | "ios_other" | "ios_safari" | "samsung" | "firefox_android" | "chrome_android" | "firefox" | "safari" | "chrome" | "other"} Family */

/** Read from the top: each browser also claims to be the ones below it. */
const FAMILIES = [
  ["in_app", /FBAN|FBAV|FB_IAB|Instagram|WhatsApp|Line\/|MicroMessenger|; wv\)|GSA\//],
  ["ios_other", /(iPhone|iPad|iPod).*(CriOS|FxiOS|EdgiOS|OPT\/)/],
  ["ios_safari", /iPhone|iPad|iPod/],
  ["samsung", /SamsungBrowser/],
  ["firefox_android", /Android.*Firefox/],
  ["chrome_android", /Android.*Chrome/],
  ["firefox", /Firefox/],
  ["chrome", /Chrome|Chromium/],
  ["safari", /Safari/],
];

/**
 * @param {string} agent the browser's User-Agent
 * @returns {Family}
 */
export function family(agent) {
  return FAMILIES.find(([, pattern]) => pattern.test(agent))?.[0] ?? "other";
}

/**
 * What keeps this page from any call at all.
 * @returns {"insecure" | "unsupported" | null}
 */
export function obstacle() {
  if (!window.isSecureContext) return "insecure";
  const able = window.RTCPeerConnection && navigator.mediaDevices?.getUserMedia && window.WebSocket;
  return able ? null : "unsupported";
}
