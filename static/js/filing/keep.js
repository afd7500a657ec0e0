// Keeps what is typed in a form[data-keep] on this phone until the city has it, so that a reload,
// a closed tab or a dead network loses nothing. Files and hidden fields are not kept here.

import { isTick, putValue, valuesOf } from "../lib/form-values.js";
import { device } from "../lib/storage.js";

const PREFIX = "report:";
const STEPS = ["what", "where", "details"];
const LIFETIME = 7 * 24 * 3600 * 1000;

/** The city has everything that was typed in this form: it is not put back any more, and only
    carried along in case the network goes before the report is sent.
    @param {HTMLFormElement} form
    @param {HTMLElement} [submitter] */
export function forget(form, submitter) {
  const storage = usable();
  if (!storage || !form.dataset.keep) return;
  drop(storage, form.dataset.keep);
  carry(form, submitter);
}

/** Keep what this form says for the form without a network, as if the city had it.
    @param {HTMLFormElement} form
    @param {HTMLElement} [submitter] */
export function carry(form, submitter) {
  const storage = usable();
  if (!storage || !form.dataset.keep) return;
  storage.set(
    `${PREFIX}${form.dataset.keep}+`,
    JSON.stringify({ at: Date.now(), values: valuesOf(form, submitter) }),
  );
}

/** The city takes something out of this field: what it leaves is shown, not what was typed.
    @param {HTMLFormElement} form
    @param {string} name */
export function letGo(form, name) {
  const storage = usable();
  const stored = storage && JSON.parse(storage.get(PREFIX + form.dataset.keep));
  if (!stored) return;
  const values = stored.values.filter(([each]) => each !== name);
  storage.set(PREFIX + form.dataset.keep, JSON.stringify({ ...stored, values }));
}

/** What this phone knows of a report, on whichever page it was typed; later words stand last.
    @param {string} draftId
    @returns {Pair[]} */
export function known(draftId) {
  const storage = usable();
  if (!storage) return [];
  const steps = STEPS.flatMap((step) => [`${step}+`, step]);
  return [...steps, "offline"].flatMap(
    (step) => JSON.parse(storage.get(`${PREFIX}${draftId}-${step}`))?.values ?? [],
  );
}

/** Let the steps' own pages show these [name, value] pairs as if they were typed there.
    @param {string} draftId
    @param {Pair[]} values */
export function putBack(draftId, values) {
  const storage = usable();
  for (const step of storage ? STEPS : []) {
    storage.set(`${PREFIX}${draftId}-${step}`, JSON.stringify({ at: Date.now(), values }));
  }
}

/** Throw away all that was kept for a report that was sent.
    @param {string} draftId */
export function forgetReport(draftId) {
  const storage = usable();
  if (storage) drop(storage, draftId);
}

function drop(storage, beginning) {
  for (const key of ours(storage)) if (key.startsWith(PREFIX + beginning)) storage.remove(key);
}

// A browser may refuse: then nothing is promised, and the page does not say "saved".
function usable() {
  return device.isKept() ? device : null;
}

function ours(storage) {
  return storage.keys().filter((key) => key.startsWith(PREFIX));
}

function forgetOld(storage) {
  for (const key of ours(storage)) {
    const { at } = JSON.parse(storage.get(key));
    if (!(Date.now() - at < LIFETIME)) storage.remove(key);
  }
}

function kept(form) {
  return [...form.elements].filter(
    (field) => field.name && !["hidden", "file", "submit"].includes(field.type),
  );
}

function save(storage, form) {
  const values = kept(form)
    .filter((field) => !isTick(field) || field.checked)
    .map((field) => [field.name, field.value]);
  storage.set(PREFIX + form.dataset.keep, JSON.stringify({ at: Date.now(), values }));
  document.querySelector("[data-saved]").hidden = false;
}

function restore(storage, form) {
  const stored = storage.get(PREFIX + form.dataset.keep);
  if (!stored) return;
  const { values } = JSON.parse(stored);
  const fields = kept(form);
  for (const field of fields.filter((each) => each.type === "checkbox")) field.checked = false;
  for (const [name, value] of values) {
    const named = fields.filter((field) => field.name === name);
    putValue(named, value)?.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

/** Put back what was typed in this form before, and keep what will be.
    @param {HTMLFormElement} form */
export function keepForm(form) {
  const storage = usable();
  if (!storage) return;
  restore(storage, form);
  form.addEventListener("input", () => save(storage, form));
  form.addEventListener("change", () => save(storage, form));
}

const storage = usable();
if (storage) forgetOld(storage);
/** @type {NodeListOf<HTMLFormElement>} */
const forms = document.querySelectorAll("form[data-keep]");
for (const form of forms) keepForm(form);
