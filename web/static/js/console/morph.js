// Changes a piece of the page into new HTML of the server's without throwing away what the reader is at: focus, a chosen
// reason and an open list stay, because an element that only changed its words stays the same element.

/**
 * Reads one element from HTML of our own templates.
 * @param {string} html
 * @returns {Element}
 */
export function element(html) {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  const found = template.content.firstElementChild;
  if (!found) throw new Error("a part holds no element");
  return found;
}

/** Makes `old` like `next`, keeping whatever of it can stay. @param {Element} old @param {Element} next */
export function morph(old, next) {
  copyAttributes(old, next);
  // Filled on this page, or by a part of its own: the server sends it empty.
  if (old.hasAttribute("data-left-to") || old.hasAttribute("data-own") || old.isEqualNode(next)) return;
  morphChildren(old, next);
}

/**
 * Makes the inside of `old` like that of `next`. Children that carry a key stay the same element wherever they move: a
 * button somebody is about to press never becomes another one's.
 * @param {Element} old
 * @param {Element | DocumentFragment} next
 */
export function morphChildren(old, next) {
  if (next.querySelector(":scope > [data-key]")) {
    syncKeyed(old, next);
    return;
  }
  const wanted = [...next.childNodes];
  const stays = pair([...old.childNodes], wanted);
  const kept = new Set(stays.values());
  for (const node of [...old.childNodes]) if (!kept.has(node)) node.remove();
  // What stays is in its order already: what is new is put between, and nothing is moved, so that no focus is lost.
  let place = old.firstChild;
  for (const node of wanted) {
    const present = stays.get(node);
    if (present === undefined) {
      old.insertBefore(node, place);
      continue;
    }
    place = present.nextSibling;
    if (present instanceof Element) morph(present, /** @type {Element} */ (node));
    else if (present.nodeValue !== node.nodeValue) present.nodeValue = node.nodeValue;
  }
}

/**
 * Makes a keyed list's children what the server says they are, in its order, moving nothing that stands right.
 * @param {Element} list
 * @param {Record<string, string>} changed HTML by key, of new and changed items
 * @param {string[]} order every key
 */
export function syncItems(list, changed, order) {
  const present = new Map([...list.children].map((item) => [item.getAttribute("data-key"), item]));
  const kept = new Set(order);
  for (const [key, item] of present) if (!kept.has(key ?? "")) item.remove();
  let previous = null;
  for (const key of order) {
    let item = present.get(key);
    if (item && key in changed) morph(item, element(changed[key]));
    else if (!item && key in changed) item = element(changed[key]);
    if (!item) continue;
    const place = previous ? previous.nextElementSibling : list.firstElementChild;
    if (item !== place) list.insertBefore(item, place);
    previous = item;
  }
}

/** A list whose items have keys, as it stands in a part. @param {Element} old @param {Element | DocumentFragment} next */
function syncKeyed(old, next) {
  // Two with one key could be taken for each other: then rather all of them anew than one with another's words.
  if (!apart(old) || !apart(next)) {
    old.replaceChildren(...next.childNodes);
    return;
  }
  for (const node of [...old.childNodes]) if (!(node instanceof Element) || !node.hasAttribute("data-key")) node.remove();
  const items = [...next.children].map((item) => [item.getAttribute("data-key") ?? "", item.outerHTML]);
  syncItems(old, Object.fromEntries(items), items.map(([key]) => key));
}

/** Whether the items of a list can be told apart. @param {Element | DocumentFragment} list */
function apart(list) {
  return new Set([...list.children].map((item) => item.getAttribute("data-key"))).size === list.children.length;
}

/**
 * Which of the nodes that are there become which of the wanted ones, both in their order, so that as much as can be
 * stays: a line that comes or goes above a form must not cost what was chosen in it.
 * @param {Node[]} have @param {Node[]} wanted @returns {Map<Node, Node>} the one that stays, by the wanted one
 */
function pair(have, wanted) {
  const best = Array.from({ length: have.length + 1 }, () => new Array(wanted.length + 1).fill(0));
  const worth = (i, j) => likeness(have[i], wanted[j]);
  for (let i = have.length - 1; i >= 0; i -= 1) {
    for (let j = wanted.length - 1; j >= 0; j -= 1) {
      const value = worth(i, j);
      best[i][j] = Math.max(best[i + 1][j], best[i][j + 1], value && value + best[i + 1][j + 1]);
    }
  }
  const pairs = new Map();
  for (let i = 0, j = 0; i < have.length && j < wanted.length; ) {
    const value = worth(i, j);
    if (value && best[i][j] === value + best[i + 1][j + 1]) pairs.set(wanted[j++], have[i++]);
    else if (best[i][j] === best[i + 1][j]) i += 1;
    else j += 1;
  }
  return pairs;
}

/** How much it is worth that `a` becomes `b`: 0 where it cannot. @param {Node} a @param {Node} b @returns {number} */
function likeness(a, b) {
  if (!alike(a, b)) return 0;
  if (!(a instanceof Element)) return 1;
  return a.getAttribute("class") === /** @type {Element} */ (b).getAttribute("class") ? 8 : 4;
}

/** @param {Node} a @param {Node} b */
function alike(a, b) {
  if (a.nodeType !== b.nodeType || a.nodeName !== b.nodeName) return false;
  if (!(a instanceof Element) || !(b instanceof Element)) return true;
  const same = (name) => a.getAttribute(name) === b.getAttribute(name);
  return ["action", "data-key", "data-own", "data-part", "id"].every(same);
}

/** @param {Element} old @param {Element} next */
function copyAttributes(old, next) {
  for (const { name } of [...old.attributes]) {
    if (!next.hasAttribute(name) && !OURS.has(name)) old.removeAttribute(name);
  }
  for (const { name, value } of [...next.attributes]) {
    if (!OURS.has(name) && old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
}

// Set by this page, never by the server's new HTML: which row is chosen, which button is at work, what is folded out.
const OURS = new Set(["aria-current", "aria-busy", "open", "tabindex"]);
