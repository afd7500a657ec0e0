// Store what is typed in a form[data-keep] on this phone until the server has it, so that a reload, a closed
// tab or a lost connection loses nothing. Files and hidden fields are not stored here.

import { DraftStore } from "../lib/draft-store.js";
import { isTick, putValue, readValues } from "../lib/form-values.js";
import { device } from "../lib/storage.js";

const STEPS = ["what", "where", "details"];
const LIFETIME = 7 * 24 * 3600 * 1000;
const drafts = new DraftStore(device, "report:");
const canKeep = device.isKept(); // if false, the page does not show "saved"

if (canKeep) drafts.forgetOlder(LIFETIME);
const forms = document.querySelectorAll("form[data-keep]");
for (const form of forms) keepForm(form);

/** Restore the stored values of this form, and store later input. */
export function keepForm(/** @type {HTMLFormElement} */ form) {
  if (!canKeep) return;
  restoreForm(form);
  form.addEventListener("input", () => saveForm(form));
  form.addEventListener("change", () => saveForm(form));
}

/** Delete the stored values of this form, because the server has them. Keep them only for the case that the
    connection is lost before the report is sent.
    @type {(form: HTMLFormElement, submitter?: HTMLElement) => void} */
export function clearForm(form, submitter) {
  if (!canKeep || !form.dataset.keep) return;
  clearReport(form.dataset.keep);
  stashForm(form, submitter);
}

/** Store the values of this form for the offline form, marked as if the server had them.
    @type {(form: HTMLFormElement, submitter?: HTMLElement) => void} */
export function stashForm(form, submitter) {
  if (canKeep && form.dataset.keep) drafts.write(`${form.dataset.keep}+`, readValues(form, submitter));
}

/** Delete the stored value of this field: the server removes something from it. */
export function dropField(/** @type {HTMLFormElement} */ form, /** @type {string} */ field) {
  const values = drafts.read(form.dataset.keep);
  if (values)
    drafts.write(
      form.dataset.keep,
      values.filter(([name]) => name !== field),
    );
}

/** Return all stored values of a report (its key) from every page; the latest values are last.
    @type {(report: string) => Pair[]} */
export function readKnown(report) {
  const steps = STEPS.flatMap((step) => [`${step}+`, step]);
  return [...steps, "offline"].flatMap((step) => drafts.read(`${report}-${step}`) ?? []);
}

/** Store these values of a report, so that the pages of the steps show them as if they were typed there.
    @type {(report: string, values: Pair[]) => void} */
export function putValuesBack(report, values) {
  for (const step of canKeep ? STEPS : []) drafts.write(`${report}-${step}`, values);
}

/** Delete everything that is stored for a report (its key), or for one step (the key followed by the step).
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
