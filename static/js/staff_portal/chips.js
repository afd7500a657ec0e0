// Prepared words that fill a field at a tap: behind what is there, or in its place. A chip whose
// words are in the field is pressed, and a second tap takes them out again.

import { on } from "../lib/dom.js";

const readWords = (/** @type {HTMLElement} */ chip) =>
  (chip.dataset.words ?? chip.textContent).replace(/\r\n?/g, "\n").trim();

/** Show which of the field's chips are in it; also for words that came from elsewhere. */
export function markPressed(/** @type {Field} */ { id, value }) {
  for (const chip of document.querySelectorAll(`[data-suggest="${CSS.escape(id)}"] button`)) {
    chip.setAttribute("aria-pressed", String(value.includes(readWords(chip))));
  }
}

function toggleWords(/** @type {HTMLElement} */ chip) {
  const { suggest, instead } = chip.closest("[data-suggest]").dataset;
  const field = /** @type {HTMLTextAreaElement} */ (document.getElementById(suggest));
  const words = readWords(chip);
  const isIn = field.value.includes(words);
  const kept = isIn ? field.value.replace(words, "") : instead === undefined ? field.value : "";
  field.value = [kept.trim(), ...(isIn ? [] : [words])].filter(Boolean).join(" ");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

on("click", "[data-suggest] button", toggleWords);
document.addEventListener("input", ({ target }) => {
  if (target.id) markPressed(target);
});
