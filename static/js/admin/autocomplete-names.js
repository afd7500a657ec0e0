/* Add accessible names to the elements with which select2 replaces a select: its box, and its list with the
   search field, which select2 appends to the page while the list is open. The box is named by the field's
   label and by the selected value. Without this module an empty box has no name. */

const FIELDS = "select + .select2-container";
const OPEN_LIST = "body > .select2-container--open .select2-results__options";

function nameBox(/** @type {Element} */ container) {
  const select = container.previousElementSibling;
  const box = container.querySelector(".select2-selection");
  const chosen = container.querySelector(".select2-selection__rendered");
  const label = labelOf(select);
  if (!label || !box || !chosen) return;
  chosen.removeAttribute("role"); // as a text box it would need a name of its own
  chosen.removeAttribute("aria-readonly");
  box.setAttribute("aria-labelledby", `${label.id} ${chosen.id}`);
  box.setAttribute("aria-controls", `select2-${select.id}-results`);
}

function nameList(/** @type {Element} */ list) {
  const label = labelOf(document.getElementById(list.id.replace(/^select2-|-results$/g, "")));
  if (!label) return;
  const part = list.closest(".select2-container");
  part.setAttribute("role", "region"); // it lies outside the page's landmarks
  for (const each of [part, list, part.querySelector(".select2-search__field")]) {
    each?.setAttribute("aria-labelledby", label.id);
  }
}

/** Return the first label of a field and give it an id; return undefined if the field has no label. */
function labelOf(/** @type {Element} */ select) {
  const label = select instanceof HTMLSelectElement ? select.labels[0] : undefined;
  if (label) label.id ||= `${select.id}-label`;
  return label;
}

function nameAll() {
  document.querySelectorAll(FIELDS).forEach(nameBox);
  document.querySelectorAll(OPEN_LIST).forEach(nameList);
}

new MutationObserver((changes) => {
  if (changes.some(({ addedNodes }) => addedNodes.length > 0)) nameAll();
}).observe(document.body, { childList: true, subtree: true });
nameAll();
