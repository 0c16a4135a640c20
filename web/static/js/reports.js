// A report's buttons that need a script: copying the table as a spreadsheet takes it, and printing.

/**
 * The table as lines of cells with tabs between, as spreadsheets paste it. What stands for the eye only is left out.
 * @param {HTMLTableElement} table
 */
export function asText(table) {
  return [...table.rows]
    .map((row) => [...row.cells].flatMap((cell) => [wordsOf(cell), ...Array(cell.colSpan - 1).fill("")]).join("\t"))
    .join("\n");
}

/** @param {HTMLTableCellElement} cell */
function wordsOf(cell) {
  const words = cell.querySelector("a") ?? cell;
  return words.textContent.replace(/[▲▼]/g, "").replace(/\s+/g, " ").trim();
}

/** @param {HTMLButtonElement} button */
function copyButton(button) {
  const table = document.getElementById(button.dataset.copy ?? "");
  const said = document.querySelector(".report__said");
  if (!(table instanceof HTMLTableElement) || !said || !navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(asText(table));
      said.removeAttribute("data-refused");
      said.textContent = button.dataset.copied ?? "";
    } catch {
      said.setAttribute("data-refused", "");
      said.textContent = button.dataset.refused ?? "";
    }
  });
}

for (const button of document.querySelectorAll("[data-copy]")) copyButton(button);
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
