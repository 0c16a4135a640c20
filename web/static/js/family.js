// What the join pages can do better with a script. Without it everything still works: the server reads pasted mails,
// says when codes may be asked for again, and the page can be loaded again by hand.

const root = document.documentElement;

// A page that answers a form would be asked for again as that form, and the browser's back button would end at its own
// "Confirm Form Resubmission". Named anew, it is fetched like any other page.
history.replaceState(history.state, "", location.href.replace(/\/code\/(again|resend)$/, "/code"));

// --- The reader's own time ---------------------------------------------------------------------------------------

// Digits as on the rest of the page, whatever the language's own are.
const locale = `${root.lang}-IN-u-nu-latn`;

function clockIn(zone, moment) {
  return new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone }).format(moment);
}

function dayIn(zone, moment) {
  return new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long", timeZone: zone }).format(moment);
}

// Browsers still name some zones by spellings that the places themselves have left behind.
const renamed = { Calcutta: "Kolkata", Katmandu: "Kathmandu", Kiev: "Kyiv", Rangoon: "Yangon", Saigon: "Ho Chi Minh" };

function cityOf(zone) {
  const city = zone.split("/").pop().replaceAll("_", " ");
  return renamed[city] ?? city;
}

function showOwnTime(place) {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const { zone, start, end, words } = place.dataset;
  const from = new Date(start);
  if (!own) return;
  const sameDay = dayIn(own, from) === dayIn(zone, from);
  if (sameDay && clockIn(own, from) === clockIn(zone, from)) return;
  const begins = sameDay ? clockIn(own, from) : `${dayIn(own, from)}, ${clockIn(own, from)}`;
  place.textContent = words
    .replace("{start}", begins)
    .replace("{end}", end ? clockIn(own, new Date(end)) : "")
    .replace("{place}", cityOf(own));
  place.hidden = false;
}

// --- A page that waits for its time ------------------------------------------------------------------------------

function reloadAfter(element) {
  const due = Date.now() + Number(element.dataset.reloadAfter) * 1000 + 500;
  const look = () => {
    // Looked at each few seconds, by the wall clock: a phone that slept does not count its timers.
    if (Date.now() >= due) location.reload();
  };
  setInterval(look, 5000);
  document.addEventListener("visibilitychange", look);
}

// --- Codes -------------------------------------------------------------------------------------------------------

// The mail's labels are the same Latin words in every language; any script's digits are read by the server.
const OTP = /\bOTP\s*:\s*(\p{Nd}{6})(?!\p{Nd})/u;
const PIN = /\bRoom PIN\s*:\s*(\p{Nd}{4})(?!\p{Nd})/u;

function pasteFillsBoth(form) {
  const { otp, pin } = form.elements;
  form.addEventListener("paste", (event) => {
    const text = event.clipboardData?.getData("text") ?? "";
    const foundOtp = OTP.exec(text)?.[1];
    const foundPin = PIN.exec(text)?.[1];
    if (!foundOtp && !foundPin) return;
    event.preventDefault();
    if (foundOtp) otp.value = foundOtp;
    if (foundPin) pin.value = foundPin;
    const next = !otp.value ? otp : !pin.value ? pin : form.querySelector("button[type=submit]");
    next.focus();
  });
}

function countDown(form) {
  const button = form.querySelector("button");
  const due = performance.now() + Number(form.dataset.seconds) * 1000;
  const show = () => {
    const left = Math.ceil((due - performance.now()) / 1000);
    const waiting = left > 0;
    const time = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    button.textContent = waiting ? form.dataset.wait.replace("{time}", time) : form.dataset.now;
    button.setAttribute("aria-disabled", String(waiting));
    if (!waiting) clearInterval(timer);
  };
  const timer = setInterval(show, 1000);
  show();
  form.addEventListener("submit", (event) => {
    if (button.getAttribute("aria-disabled") === "true") event.preventDefault();
  });
}

// A mail may come back minutes after a server took it, and the operator may send it to another address: so the page goes
// on looking for as long as somebody may wait for a visit, only less often.
const WAITED_FOR = 2 * 60 * 60 * 1000;

function followMail(line) {
  const unsettled = new Set(["none", "queued", "retrying"]);
  const until = Date.now() + WAITED_FOR;
  const look = async () => {
    try {
      const answer = await fetch(line.dataset.mailUrl, {
        headers: { Accept: "application/json" },
        signal: AbortSignal.timeout(5000),
      });
      if (answer.ok) tellOfMail(line, await answer.json());
    } catch {
      // The next look may succeed; what the line says is still the last that was known.
    }
    if (Date.now() < until) setTimeout(look, unsettled.has(line.dataset.mailState) ? 2000 : 8000);
  };
  setTimeout(look, 1000);
}

// Where a mail came back nothing on the page may go on saying that it was sent.
function tellOfMail(line, { state, text, address }) {
  const failed = state === "failed";
  const notice = document.querySelector("[data-mail-failed]");
  const went = document.querySelector("[data-mail-went]");
  say(line, failed ? "" : text);
  line.dataset.mailState = state;
  say(notice, failed ? text : "");
  notice.hidden = !failed;
  went.hidden = failed;
  document.querySelector("[data-mail-spam]").hidden = failed;
  if (address) say(went.querySelector(".address"), address);
}

// Only what has changed is written: a screen reader reads it out.
function say(place, text) {
  if (place.textContent !== text) place.textContent = text;
}

// --- One press is one request ------------------------------------------------------------------------------------

function sendOnce(form) {
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent && !event.defaultPrevented) event.preventDefault();
    sent = sent || !event.defaultPrevented;
  });
  // A page brought back by the browser's back button may be sent again.
  addEventListener("pageshow", () => (sent = false));
}

document.querySelectorAll("[data-own-time]").forEach(showOwnTime);
document.querySelectorAll("[data-reload-after]").forEach(reloadAfter);
document.querySelectorAll('form[data-step="codes"]').forEach(pasteFillsBoth);
document.querySelectorAll("form[data-resend]").forEach(countDown);
document.querySelectorAll("[data-mail-state]").forEach(followMail);
document.querySelectorAll("form").forEach(sendOnce);
