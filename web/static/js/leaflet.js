// The button that prints. Without a script the browser's own menu does it.

for (const tools of document.querySelectorAll("[data-print]")) {
  tools.hidden = false;
  tools.addEventListener("click", () => print());
}
