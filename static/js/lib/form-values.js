// Read the text values of a form, and restore them.

/** Return the values of a form as [name, value] pairs, without files.
    @type {(form: HTMLFormElement, submitter?: HTMLElement) => Pair[]} */
export function readValues(form, submitter) {
  const pairs = /** @type {Pair[]} */ ([...new FormData(form, submitter)]);
  return pairs.filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken");
}

/** Return whether a field is a radio button or a checkbox. */
export const isTick = (/** @type {{type: string}} */ { type }) => ["radio", "checkbox"].includes(type);

/** Return the fields of `form` with this name, in page order. */
export const findFields = (/** @type {HTMLFormElement} */ form, /** @type {string} */ name) =>
  /** @type {HTMLInputElement[]} */ ([...form.elements]).filter((field) => field.name === name);

/** Restore `value` in one of `fields`, which all have the same name: tick the visible field with this value,
    or write into the text field. Return the text field if its value changed. */
export function putValue(/** @type {HTMLInputElement[]} */ fields, /** @type {string} */ value) {
  const tick = fields.find((field) => isTick(field) && field.value === value);
  const text = tick ? null : fields.find((field) => !isTick(field));
  const isNew = Boolean(text) && text.value !== value;
  if (tick) tick.checked = true;
  if (isNew) text.value = value;
  (tick ?? (value ? text : null))?.closest("details")?.setAttribute("open", "");
  return isNew ? text : null;
}
