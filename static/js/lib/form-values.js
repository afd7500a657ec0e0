// What a form says in words, taken out of it and put back.

/** As [name, value] pairs, without files. */
export function valuesOf(form, submitter) {
  const isWords = ([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken";
  return [...new FormData(form, submitter)].filter(isWords);
}

export const isTick = ({ type }) => ["radio", "checkbox"].includes(type);

/** Put `value` back into one of `fields`, which are all of one name, where it can be seen: the one that is
    ticked for it, or the one that is written in. Returns the latter where that changed it. */
export function putValue(fields, value) {
  const tick = fields.find((field) => isTick(field) && field.value === value);
  const text = tick ? null : fields.find((field) => !isTick(field));
  const isNew = Boolean(text) && text.value !== value;
  if (tick) tick.checked = true;
  if (isNew) text.value = value;
  (tick ?? (value ? text : null))?.closest("details")?.setAttribute("open", "");
  return isNew ? text : null;
}
