// What forms on a desk can do better with a script: what is wrong is in front of the reader, nothing is sent twice, and a
// long list of choices can be searched. Without it everything still works.

/** Brings the summary of what is wrong to the reader's eyes and ears. */
export function showProblem() {
  const summary = document.querySelector('[role="alert"][tabindex]');
  if (summary instanceof HTMLElement) summary.focus();
}

/**
 * Lets a form be sent once; a page that is shown again from the browser's memory can be sent again.
 * @param {HTMLFormElement} form
 */
export function sendOnce(form) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
  addEventListener("pageshow", () => delete form.dataset.sent);
}

/**
 * Hides the choices that don't hold what is typed; a chosen one always stays in sight.
 * @param {HTMLInputElement} search with data-filter, the id of the list
 */
export function filterChoices(search) {
  const list = document.getElementById(search.dataset.filter ?? "");
  if (!list) return;
  search.hidden = false;
  search.addEventListener("input", () => {
    const wanted = search.value.trim().toLocaleLowerCase();
    for (const choice of list.querySelectorAll(".choice")) {
      const chosen = choice.querySelector("input:checked") !== null;
      choice.hidden = !chosen && !choice.textContent.toLocaleLowerCase().includes(wanted);
    }
  });
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
}

/**
 * Shows what belongs to a choice only while it is chosen.
 * @param {HTMLElement} part with data-when, `name=value`
 */
export function showWhen(part) {
  const [name, value] = (part.dataset.when ?? "").split("=");
  const choices = [...document.querySelectorAll(`input[name="${name}"]`)];
  const update = () => {
    part.hidden = !choices.some((choice) => choice.checked && choice.value === value);
  };
  for (const choice of choices) choice.addEventListener("change", update);
  update();
}

showProblem();
for (const form of document.querySelectorAll('form[method="post"]')) sendOnce(form);
for (const search of document.querySelectorAll("[data-filter]")) filterChoices(search);
for (const part of document.querySelectorAll("[data-when]")) showWhen(part);
