// What a form says in words, taken out of it and put back.

/** Return what is filled in as pairs, without files.
    @type {(form: HTMLFormElement, submitter?: HTMLElement) => Pair[]} */
export function readValues(form, submitter) {
  const pairs = /** @type {Pair[]} */ ([...new FormData(form, submitter)]);
  return pairs.filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken");
}

/** Whether a field is ticked and not written in. */
export const isTick = (/** @type {{type: string}} */ { type }) => ["radio", "checkbox"].includes(type);

/** Return the fields of `form` with this name, in the order of the page. */
export const findFields = (/** @type {HTMLFormElement} */ form, /** @type {string} */ name) =>
  /** @type {HTMLInputElement[]} */ ([...form.elements]).filter((field) => field.name === name);

/** Put `value` back into one of `fields`, which are all of one name, where it can be seen: the one that is
    ticked for it, or the one that is written in. Returns the latter where that changed it. */
export function putValue(/** @type {HTMLInputElement[]} */ fields, /** @type {string} */ value) {
  const tick = fields.find((field) => isTick(field) && field.value === value);
  const text = tick ? null : fields.find((field) => !isTick(field));
  const isNew = Boolean(text) && text.value !== value;
  if (tick) tick.checked = true;
  if (isNew) text.value = value;
  (tick ?? (value ? text : null))?.closest("details")?.setAttribute("open", "");
  return isNew ? text : null;
}
