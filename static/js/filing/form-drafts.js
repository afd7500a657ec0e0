// Keeps what is typed in a form[data-keep] on this phone until the city has it, so that a reload,
// a closed tab or a dead network loses nothing. Files and hidden fields are not kept here.

import { DraftStore } from "../lib/draft-store.js";
import { isTick, putValue, readValues } from "../lib/form-values.js";
import { device } from "../lib/storage.js";

const STEPS = ["what", "where", "details"];
const LIFETIME = 7 * 24 * 3600 * 1000;
const drafts = new DraftStore(device, "report:");
const canKeep = device.isKept(); // else nothing is promised, and the page does not say "saved"

if (canKeep) drafts.forgetOlder(LIFETIME);
const forms = document.querySelectorAll("form[data-keep]");
for (const form of forms) keepForm(form);

/** Put back what was typed in this form before, and keep what will be. */
export function keepForm(/** @type {HTMLFormElement} */ form) {
  if (!canKeep) return;
  restoreForm(form);
  form.addEventListener("input", () => saveForm(form));
  form.addEventListener("change", () => saveForm(form));
}

/** Keep what is typed in this form only in case the network goes before the report is sent: the city has it.
    @type {(form: HTMLFormElement, submitter?: HTMLElement) => void} */
export function clearForm(form, submitter) {
  if (!canKeep || !form.dataset.keep) return;
  clearReport(form.dataset.keep);
  stashForm(form, submitter);
}

/** Keep what this form says for the form without a network, as if the city had it.
    @type {(form: HTMLFormElement, submitter?: HTMLElement) => void} */
export function stashForm(form, submitter) {
  if (canKeep && form.dataset.keep) drafts.write(`${form.dataset.keep}+`, readValues(form, submitter));
}

/** Forget what was typed in this field: the city takes something out of it. */
export function dropField(/** @type {HTMLFormElement} */ form, /** @type {string} */ field) {
  const values = drafts.read(form.dataset.keep);
  if (values)
    drafts.write(
      form.dataset.keep,
      values.filter(([name]) => name !== field),
    );
}

/** Return what this phone knows of a report (its key), on whichever page it was typed; later words stand
    last.
    @type {(report: string) => Pair[]} */
export function readKnown(report) {
  const steps = STEPS.flatMap((step) => [`${step}+`, step]);
  return [...steps, "offline"].flatMap((step) => drafts.read(`${report}-${step}`) ?? []);
}

/** Let the steps' own pages show these values of a report as if they were typed there.
    @type {(report: string, values: Pair[]) => void} */
export function putValuesBack(report, values) {
  for (const step of canKeep ? STEPS : []) drafts.write(`${report}-${step}`, values);
}

/** Throw away all that was kept for a report (its key), or for one step of it (with the step behind the key).
    @type {(beginning: string) => void} */
export function clearReport(beginning) {
  drafts.forget((name) => name.startsWith(beginning));
}

function saveForm(/** @type {HTMLFormElement} */ form) {
  const fields = listFields(form).filter((field) => !isTick(field) || field.checked);
  drafts.write(
    form.dataset.keep,
    fields.map(({ name, value }) => [name, value]),
  );
  document.querySelector("[data-saved]").hidden = false;
}

function restoreForm(/** @type {HTMLFormElement} */ form) {
  const values = drafts.read(form.dataset.keep);
  if (!values) return;
  const fields = listFields(form);
  for (const field of fields.filter(({ type }) => type === "checkbox")) field.checked = false;
  for (const [name, value] of values) {
    const named = fields.filter((field) => field.name === name);
    putValue(named, value)?.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function listFields(/** @type {HTMLFormElement} */ form) {
  const fields = /** @type {HTMLInputElement[]} */ ([...form.elements]);
  return fields.filter((field) => field.name && !["hidden", "file", "submit"].includes(field.type));
}
