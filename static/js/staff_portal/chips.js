// Prepared texts that fill a field at a tap: appended to its text, or replacing it. A chip is pressed if its
// text is in the field; a second tap removes the text.

import { on } from "../lib/dom.js";

const readWords = (/** @type {HTMLElement} */ chip) =>
  (chip.dataset.words ?? chip.textContent).replace(/\r\n?/g, "\n").trim();

/** Mark the field's chips whose text is in it, also for text from elsewhere. */
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
