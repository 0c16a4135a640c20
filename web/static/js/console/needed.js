// What is still missing in a form, in the page's words: the browser's own come in the browser's language.

/**
 * Lets each required field with `data-needed` ask for itself by those words, until something is chosen or written in it.
 * @param {HTMLElement} root
 */
export function askInWords(root) {
  const field = (event) => /** @type {HTMLSelectElement | HTMLTextAreaElement} */ (event.target);
  root.addEventListener(
    "invalid",
    (event) => field(event).validity.valueMissing && field(event).setCustomValidity(field(event).dataset.needed ?? ""),
    true,
  );
  for (const name of ["change", "input"]) {
    root.addEventListener(name, (event) => field(event).setCustomValidity?.(""));
  }
}
