// A proof of identity, large: turned, enlarged and closed by keys. Without scripts its link opens the picture alone.

const TURNS = 4;

/**
 * Lets the papers of a page be looked at.
 * @param {HTMLElement} root holds the links with data-paper
 * @returns {{ open: () => void }}
 */
export function openPapers(root) {
  const links = /** @type {HTMLAnchorElement[]} */ ([...root.querySelectorAll("[data-paper]")]);
  const template = /** @type {HTMLTemplateElement | null} */ (document.querySelector("#viewer"));
  const dialog = /** @type {HTMLDialogElement | null} */ (template?.content.firstElementChild?.cloneNode(true) ?? null);
  if (!dialog) return { open: () => links[0]?.click() };
  root.append(dialog);
  const picture = /** @type {HTMLImageElement} */ (dialog.querySelector("img"));
  const name = dialog.querySelector("[data-viewer-name]");
  let turned = 0;

  const turn = (by) => {
    dialog.classList.remove(`viewer--turned-${turned}`);
    turned = (turned + by + TURNS) % TURNS;
    dialog.classList.add(`viewer--turned-${turned}`);
  };
  const enlarge = () => dialog.classList.toggle("viewer--large");
  /** @param {HTMLAnchorElement} link */
  const show = (link) => {
    const small = /** @type {HTMLImageElement | null} */ (link.querySelector("img"));
    if (!small) return;
    picture.src = link.href;
    picture.alt = small.alt;
    if (name) name.textContent = small.alt;
    dialog.classList.remove("viewer--large");
    turn(-turned);
    dialog.showModal();
  };

  for (const link of links) {
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      show(link);
    });
  }
  dialog.addEventListener("click", (event) => {
    const act = event.target instanceof Element ? event.target.closest("[data-viewer]")?.getAttribute("data-viewer") : null;
    if (act === "turn") turn(1);
    else if (act === "enlarge") enlarge();
    else if (act === "close" || event.target === dialog) dialog.close();
  });
  dialog.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "t") turn(1);
    else if (event.key === "+") enlarge();
    else if (event.key === "i") dialog.close();
  });
  return { open: () => links[0] && show(links[0]) };
}
