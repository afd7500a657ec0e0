// If a job is reassigned while its page is open, link to the page that shows to whom. Text that was typed
// here and not sent is taken there, as the note of the row stored for this job.

import { on } from "../lib/dom.js";
import { findCompletion, newRow, updateRow, valueOf } from "../outbox/completions.js";

/* Return the text typed in the forms of the page, also in closed ones; skip forms that are stored while they
   are filled in. */
const findTyped = () =>
  /** @type {HTMLTextAreaElement[]} */ ([...document.querySelectorAll("main textarea")])
    .filter((field) => !field.form.querySelector("[data-kept]"))
    .map(({ value }) => value.trim())
    .filter(Boolean);

async function keepAsNote(/** @type {DOMStringMap} */ about, /** @type {string[]} */ words) {
  const row = (await findCompletion(about.reference, about.user)) ?? newRow({ ...about, key: "", seen: "" });
  const note = [valueOf(row, "note"), ...words].filter(Boolean).join("\n");
  await updateRow(row, (kept) => {
    kept.fields = [...kept.fields.filter(([field]) => field !== "note"), ["note", note]];
  });
}

on("click", "a[data-moved]", async (link, event) => {
  const words = findTyped();
  if (!words.length) return;
  event.preventDefault();
  await keepAsNote(link.dataset, words);
  location.assign(link.href);
});
