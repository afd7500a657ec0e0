// Parts of a page that its server drew once, in a template, and of which a script makes copies.

/** Return a copy of the one element in `template`.
    @param {HTMLElement} template a template element */
export function copyTemplate(template) {
  const { content } = /** @type {HTMLTemplateElement} */ (template);
  return /** @type {HTMLElement} */ (content.firstElementChild.cloneNode(true));
}
