/* Prepared texts: selecting one appends it to the text area. It replaces the prepared text that was selected
   before, unless the agent changed that one. Escape returns from the forms that redact a photo or text. "The
   resident answered your question" stays until the agent reads the answer or dismisses the line. */

import { all, on } from "../lib/dom.js";
import { fillWords } from "../lib/template.js";

const put = new WeakMap(); // text area to the prepared text that was inserted last

function insertText(/** @type {HTMLElement} */ button, /** @type {Event} */ event) {
  event.preventDefault();
  const group = button.closest("[data-canned]");
  const area = /** @type {HTMLTextAreaElement} */ (document.getElementById(group.dataset.canned));
  area.value = appendText(area.value, button.dataset.text, put.get(area));
  put.set(area, button.dataset.text);
  area.dispatchEvent(new Event("input", { bubbles: true }));
  area.focus();
  area.setSelectionRange(area.value.length, area.value.length);
  area.scrollTop = area.scrollHeight;
  group.querySelector("[data-canned-says]").textContent = fillWords(group.dataset.done, button.dataset);
}

/** Return `written` with `text` instead of `before` at its end; append `text` if `written` does not end so.
    @type {(written: string, text: string, before?: string) => string} */
function appendText(written, text, before) {
  if (before !== undefined && written.endsWith(before))
    return written.slice(0, written.length - before.length) + text;
  return written.trim() ? `${written.trimEnd()}\n\n${text}` : text;
}

function showOffers() {
  for (const group of all("[data-canned][hidden]")) group.hidden = false;
}

function onSwap(/** @type {HtmxEvent} */ { detail: { ctx } }) {
  showOffers();
  if (ctx.target?.id !== "panel") return;
  const open = document.querySelector("#request")?.dataset.reference;
  for (const line of all("[data-heard]")) if (line.dataset.heard === open) line.remove();
}

function onKey(/** @type {Targeted<KeyboardEvent>} */ event) {
  if (event.key !== "Escape" || event.target.matches("input, textarea, select, [data-draw] *")) return;
  document.querySelector("[data-sight-back]")?.click();
}

on("click", "[data-canned] button", insertText);
on("click", "[data-heard-close]", (button) => button.closest("[data-heard]").remove());
document.addEventListener("keydown", onKey);
document.addEventListener("htmx:after:swap", onSwap);
showOffers();
