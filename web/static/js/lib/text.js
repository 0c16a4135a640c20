// The sentences this page may need, in the page's language. They come from web/client_text.py; nothing is put together here.

import { within } from "./patience.js";

const PATIENCE = 20_000;

/** @typedef {(key: string, values?: Record<string, string>) => string} Translate */

/**
 * A translator over a table of sentences. An unknown key is a mistake of ours and is thrown.
 * @param {Record<string, string>} sentences
 * @returns {Translate}
 */
export function translator(sentences) {
  return (key, values = {}) => {
    if (!(key in sentences)) throw new Error(`no sentence ${key}`);
    return sentences[key].replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  };
}

/**
 * Fetches the sentences of a language.
 * @param {string} language
 * @returns {Promise<Translate>}
 */
export async function loadText(language) {
  const answer = await fetch(`/text/${language}.json`, { signal: within(PATIENCE) });
  if (!answer.ok) throw new Error(`text ${answer.status}`);
  return translator(await answer.json());
}
