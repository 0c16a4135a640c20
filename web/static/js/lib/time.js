// Times as people read them. Digits are the Latin ones in every language, as on the pages the server writes.

/** @param {string} language */
const locale = (language) => `${language}-u-nu-latn`;

/**
 * The time of day.
 * @param {number} at milliseconds since 1970
 * @param {string} language
 * @param {string} [zone] IANA name; the device's own when left out
 * @returns {string} such as "11:15"
 */
export function timeOfDay(at, language, zone) {
  const form = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone };
  return new Intl.DateTimeFormat(locale(language), form).format(at);
}

/** As `timeOfDay`, with seconds. */
export function timeWithSeconds(at, language, zone) {
  const form = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZone: zone };
  return new Intl.DateTimeFormat(locale(language), form).format(at);
}

/**
 * Whether the device's clock shows another time than the jail's at that instant.
 * @param {number} at
 * @param {string} zone
 */
export function elsewhere(at, zone) {
  const form = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const shown = (timeZone) => new Intl.DateTimeFormat("en", { ...form, timeZone }).format(at);
  return shown(zone) !== shown(undefined);
}

/**
 * How the time left is said: quietly in whole minutes that are still to come, in minutes and seconds at the end.
 * @param {number} seconds
 * @returns {{key: "left.minutes" | "left.exact", values: {minutes: string} | {time: string}, tone: "quiet" | "plain" | "strong"}}
 */
export function leftWords(seconds) {
  const whole = Math.max(0, Math.ceil(seconds));
  if (whole > 300) return { key: "left.minutes", values: { minutes: String(Math.floor(whole / 60)) }, tone: "quiet" };
  const time = `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
  return { key: "left.exact", values: { time }, tone: whole > 60 ? "plain" : "strong" };
}
