// Templates that the server renders once and scripts use repeatedly: elements, and texts with placeholders.

/** Return a copy of the one element in `template`. */
export function copyTemplate(/** @type {HTMLElement} */ template) {
  const { content } = /** @type {HTMLTemplateElement} */ (template);
  return /** @type {HTMLElement} */ (content.firstElementChild.cloneNode(true));
}

/** Return `words` with a value for each `{name}` in it.
    @type {(words: string, values: Record<string, unknown>) => string} */
export const fillWords = (words, values) =>
  words.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
