// Looks for the number of a proof of work, beside the page, so that typing stays smooth.

import { search } from "./lib/sha256.js";

addEventListener("message", ({ data }) => {
  postMessage(search(data.challenge, data.salt, 0, data.maxnumber));
});
