// What the server wrote once and scripts use again and again: templates of elements, and words with places.

/** Return a copy of the one element in `template`. */
export function copyTemplate(/** @type {HTMLElement} */ template) {
  const { content } = /** @type {HTMLTemplateElement} */ (template);
  return /** @type {HTMLElement} */ (content.firstElementChild.cloneNode(true));
}

/** Return `words` with a value for each `{name}` in them.
    @type {(words: string, values: Record<string, unknown>) => string} */
export const fillWords = (words, values) =>
  words.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
