// What the registration's pages can do better with a script. Without it they work too, with more typing and a larger upload.
// @ts-check

const root = document.documentElement;

// --- The reader's clock -------------------------------------------------------------------------------------------

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
for (const field of document.querySelectorAll("[data-zone-field]")) /** @type {HTMLInputElement} */ (field).value = zone;

// --- Nothing is lost ----------------------------------------------------------------------------------------------

// Pages are never kept by the browser (they carry people's data), so what was typed would be gone with its back button.
const REMEMBERED = new Set(["you", "contact", "proof", "prisoner", "how", "letter", "companions"]);

// A moment without a key pressed.
const STILL = 1500;

/** @param {HTMLFormElement} form */
function remember(form) {
  let changed = false;
  let timer = 0;
  let way = new AbortController();
  const keep = () => {
    if (!changed) return;
    changed = false;
    clearTimeout(timer);
    const body = new URLSearchParams(/** @type {any} */ (new FormData(form)));
    way = new AbortController();
    fetch(`${form.getAttribute("action")}/kept`, { method: "POST", body, keepalive: true, signal: way.signal }).catch(() => {
      changed = true;
    });
  };
  form.addEventListener("input", () => {
    changed = true;
    clearTimeout(timer);
    timer = setTimeout(keep, STILL);
  });
  form.addEventListener("submit", () => {
    // What is on its way is older than what the form itself sends, and must not come after it.
    way.abort();
    clearTimeout(timer);
    changed = false;
  });
  addEventListener("pagehide", keep);
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && keep());
}

// A page that answers a form would be asked for again as that form, and the browser's back button would end at its own
// "Confirm Form Resubmission". Named anew, it is fetched like any other page, with what was typed.
history.replaceState(history.state, "", location.href);

// --- What is wrong is seen and heard first --------------------------------------------------------------------------

const faults = document.querySelector("[data-faults]");
if (faults instanceof HTMLElement) faults.focus();

// --- A photo that goes through a slow connection ---------------------------------------------------------------------

const LONGEST_SIDE = 2000;
const WORTH_IT = 400_000;
const MEGABYTE = 1024 * 1024;

/**
 * The picture with its longer side shortened, as a JPEG; the same file where that can't be done or saves nothing.
 * @param {File} file
 * @returns {Promise<File>}
 */
async function smaller(file) {
  if (!file.type.startsWith("image/") || file.size < WORTH_IT) return file;
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const made = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
    return made && made.size < file.size ? new File([made], "photo.jpg", { type: "image/jpeg" }) : file;
  } catch {
    return file;
  }
}

/** @param {HTMLFormElement} form */
function upload(form) {
  const field = /** @type {HTMLInputElement} */ (form.elements.namedItem("file"));
  const said = /** @type {HTMLElement} */ (form.querySelector("[data-upload-said]"));
  const { most, makingSmall, sending, tooLarge } = form.dataset;
  /** @type {Promise<void>} */
  let ready = Promise.resolve();
  field.addEventListener("change", () => {
    const file = field.files?.[0];
    if (!file) return;
    said.textContent = makingSmall ?? "";
    ready = smaller(file).then((made) => {
      if (made !== file) {
        const carrier = new DataTransfer();
        carrier.items.add(made);
        field.files = carrier.files;
      }
      said.textContent = made.size > Number(most) * MEGABYTE ? (tooLarge ?? "") : "";
    });
  });
  let cleared = false;
  form.addEventListener("submit", async (event) => {
    const back = /** @type {SubmitEvent} */ (event).submitter;
    if (cleared || (back instanceof HTMLButtonElement && back.value === "back")) return;
    event.preventDefault();
    await ready;
    // A form can't be sent from within its own submit event, and a promise that is done goes on within it.
    await new Promise((later) => setTimeout(later, 0));
    const file = field.files?.[0];
    if (file && file.size > Number(most) * MEGABYTE) {
      said.textContent = tooLarge ?? "";
      field.focus();
      return;
    }
    if (file) said.textContent = sending ?? "";
    cleared = true;
    // In a task of its own: while this event is still being dispatched, a form ignores being submitted again.
    setTimeout(() => form.requestSubmit(back));
  });
  addEventListener("pageshow", () => (cleared = false));
}

// --- The jail's name, as it is typed ---------------------------------------------------------------------------------

/** @param {HTMLFormElement} form */
function find(form) {
  let timer = 0;
  let round = 0;
  const look = async () => {
    const mine = ++round;
    const query = new URLSearchParams(/** @type {any} */ (new FormData(form)));
    try {
      const answer = await fetch(`${form.getAttribute("action")}?${query}`, { signal: AbortSignal.timeout(10_000) });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("[data-found]");
      const shown = document.querySelector("[data-found]");
      if (mine === round && answer.ok && fresh && shown) shown.replaceWith(document.adoptNode(fresh));
    } catch {
      // The button does the same, and says so when there is no connection.
    }
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, 350);
  });
}

// --- Paper ----------------------------------------------------------------------------------------------------------

for (const button of document.querySelectorAll('[data-action="print"]')) {
  /** @type {HTMLElement} */ (button).hidden = false;
  button.addEventListener("click", () => print());
}

for (const form of document.querySelectorAll("form[data-register]")) {
  const step = /** @type {HTMLFormElement} */ (form).dataset.step ?? "";
  if (REMEMBERED.has(step)) remember(/** @type {HTMLFormElement} */ (form));
}
for (const form of document.querySelectorAll("form[data-upload]")) upload(/** @type {HTMLFormElement} */ (form));
for (const form of document.querySelectorAll("form[data-finder]")) find(/** @type {HTMLFormElement} */ (form));
root.dataset.register = "running";
