// The audit's page: says when entries have come, and how the chain is. Everything also works without this file.

import { LiveConsole } from "./console/live.js";

const page = /** @type {HTMLElement} */ (document.querySelector("[data-console=audit]"));
new LiveConsole(page).start(() => {});
/** @type {HTMLElement | null} */ (document.querySelector("[aria-invalid=true]"))?.focus();
