// The open page of a job that moved leads on to the page that says who has it: what was typed here
// and not sent goes along, as the note of what the phone keeps for this job.

import { alter, begin, ofJob, typedIn } from "../outbox/completions.js";

/* What was typed in the forms of the page, also in those that are closed again. Some are kept as they
   are filled in. */
const typed = () =>
  /** @type {HTMLTextAreaElement[]} */ ([...document.querySelectorAll("main textarea")])
    .filter((field) => !field.form.querySelector("[data-kept]"))
    .map(({ value }) => value.trim())
    .filter(Boolean);

async function keep({ reference, name, place, path, upload, user }, words) {
  const about = { key: "", user, reference, path, upload, name, place, seen: "" };
  const row = (await ofJob(reference, user)) ?? begin(about);
  const note = typedIn(row, "note");
  row.fields = [
    ...row.fields.filter(([field]) => field !== "note"),
    ["note", [note, ...words].filter(Boolean).join("\n")],
  ];
  await alter(row, (kept) => (kept.fields = row.fields));
}

async function leave(event) {
  const link = event.target.closest?.("[data-moved]");
  const words = link ? typed() : [];
  if (!words.length) return;
  event.preventDefault();
  await keep(link.dataset, words);
  location.assign(link.href);
}

document.addEventListener("click", leave);
