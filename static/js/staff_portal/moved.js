// The open page of a job that moved leads on to the page that says who has it: what was typed here
// and not sent goes along, as the note of what the phone keeps for this job.

import { on } from "../lib/dom.js";
import { findCompletion, newRow, updateRow, valueOf } from "../outbox/completions.js";

/* Return what was typed in the forms of the page, also in closed ones; not in those that are kept as they
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
