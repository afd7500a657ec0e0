// What is wrong with a form, above it and in words that lead to what mends it (see mended.js).

/** Show `problems` in place of those that were there, and bring them under the reader's eye: {words, field}
    each, where `field` is the id of what mends it, if anything does. */
export function showProblems(form, problems) {
  clearProblems();
  const summary = document.querySelector("[data-errsum]").content.firstElementChild.cloneNode(true);
  const list = summary.querySelector("ul");
  const line = list.firstElementChild;
  line.remove();
  for (const { words, field } of problems) list.append(lineOf(line, words, field));
  form.before(summary);
  summary.scrollIntoView({ block: "center" });
  summary.focus({ preventScroll: true });
}

export const clearProblems = () => document.querySelector(".errsum")?.remove();

function lineOf(pattern, words, field) {
  const line = pattern.cloneNode(true);
  const link = line.querySelector("a");
  link.textContent = words;
  if (field) link.href = `#${field}`;
  else link.replaceWith(words);
  return line;
}
