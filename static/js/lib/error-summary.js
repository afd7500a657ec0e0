// The error summary above a form, with links to the invalid fields (see error-lines.js).

import { copyTemplate } from "./template.js";

/** Replace the shown problems with `problems` and focus the summary. Each problem is {words, field}; `field`
    is the id of the element that fixes it, if there is one. */
export function showProblems(/** @type {HTMLFormElement} */ form, /** @type {Problem[]} */ problems) {
  clearProblems();
  const summary = copyTemplate(document.querySelector("[data-error-summary]"));
  const list = summary.querySelector("ul");
  const line = list.firstElementChild;
  line.remove();
  for (const { words, field } of problems) list.append(makeLine(line, words, field));
  form.before(summary);
  summary.scrollIntoView({ block: "center" });
  summary.focus({ preventScroll: true });
}

export const clearProblems = () => document.querySelector(".error-summary")?.remove();

function makeLine(/** @type {Element} */ pattern, /** @type {string} */ words, field = "") {
  const line = /** @type {Element} */ (pattern.cloneNode(true));
  const link = line.querySelector("a");
  link.textContent = words;
  if (field) link.href = `#${field}`;
  else link.replaceWith(words);
  return line;
}
