// Small hands for the page's elements.

/**
 * Writes a sentence into every place of that name, and hides the place while there is nothing to say. Unchanged text is left
 * alone, so that a screen reader does not read it again.
 * @param {ParentNode} root
 * @param {string} place the value of data-say
 * @param {string} text
 */
export function say(root, place, text) {
  for (const element of root.querySelectorAll(`[data-say="${place}"]`)) {
    if (element.textContent !== text) element.textContent = text;
    // A live region must stay in the page to be heard when it speaks.
    if (!element.hasAttribute("aria-live")) element.hidden = text === "";
  }
}

/**
 * Does something when a button of that name is pressed.
 * @param {ParentNode} root
 * @param {string} action the value of data-action
 * @param {() => void} handler
 */
export function on(root, action, handler) {
  for (const element of root.querySelectorAll(`[data-action="${action}"]`)) element.addEventListener("click", handler);
}

/**
 * Shows or hides every element that fits.
 * @param {ParentNode} root
 * @param {string} selector
 * @param {boolean} shown
 */
export function show(root, selector, shown) {
  for (const element of root.querySelectorAll(selector)) element.hidden = !shown;
}

/**
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Record<string, any>} properties
 * @param {Node[]} children
 * @returns {HTMLElementTagNameMap[Name]}
 */
export function element(name, properties = {}, children = []) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}
