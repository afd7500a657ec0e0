// Validate a crew's form at once, before anything is sent or stored for later.

/** Return whether the form hands work over to the job's current assignee, instead of completing the job. */
export const isHandover = (/** @type {HTMLFormElement} */ form) => form.dataset.handover !== undefined;

/** Return what the form lacks, a photo first: first by its parts with [data-missing], then by its HTML
    attributes. `field` is the id of the element that fixes it.
    @returns {Problem[]} */
export function findMissing(/** @type {HTMLFormElement} */ form, /** @type {KeptPhoto[]} */ photos) {
  const hasPhoto = photos.length > 0 || form.querySelector("[name=photo]:checked") !== null;
  const note = form.elements.note;
  if (isHandover(form) && !hasPhoto && !note.value.trim())
    return [{ words: form.dataset.handover, field: note.id }];
  const photosField = form.querySelector("[data-no-photo]");
  const { noPhoto } = photosField?.dataset ?? {};
  const field = photosField?.querySelector("[data-add]").id;
  const parts = [...form.querySelectorAll("[data-missing]")].filter((part) => !isFilled(part, hasPhoto));
  return [...(noPhoto && !hasPhoto ? [{ words: noPhoto, field }] : []), ...parts.map(problemOf)];
}

/* Return whether a part is filled; the part that asks why there is no photo counts as filled if there is a
   photo. */
function isFilled(/** @type {HTMLElement} */ part, /** @type {boolean} */ hasPhoto) {
  if ("nophoto" in part.dataset && hasPhoto) return true;
  const field = fieldIn(part);
  return field.type === "radio" ? part.querySelector(":checked") !== null : field.value.trim() !== "";
}

const problemOf = (/** @type {HTMLElement} */ part) => {
  const field = "nophoto" in part.dataset ? "camera" : fieldIn(part).id;
  return { words: part.dataset.missing, field };
};

const fieldIn = (/** @type {HTMLElement} */ part) =>
  /** @type {Field} */ (part.querySelector("textarea, input"));
