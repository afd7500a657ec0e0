// What a completion or a form of the job's page lacks, said at once and in words, before anything is sent or kept for later.

/** The problems as {words, field}, where `field` is the id of what mends it; the photo first.
    @param {HTMLFormElement} form
    @param {KeptPhoto[]} photos
    @returns {Problem[]} */
export function check(form, photos) {
  if (isForHolder(form)) return nothingToSend(form, photos);
  return [...missingPhoto(form, photos), ...missingWords(form)];
}

/** Whether the form sends work to who holds the job now, and does not finish it.
    @param {HTMLFormElement} form */
export const isForHolder = (form) => form.dataset.handover !== undefined;

function nothingToSend({ dataset, elements }, photos) {
  const isThere = photos.length || elements.note.value.trim();
  return isThere ? [] : [{ words: dataset.handover, field: elements.note.id }];
}

function missingPhoto(form, photos) {
  const why = form.querySelector("[data-nophoto]");
  const isThere = !why || photos.length || why.querySelector(":checked");
  return isThere ? [] : [{ words: why.dataset.missing, field: "camera" }];
}

function missingWords(form) {
  const problems = [];
  const done = form.querySelector("[name=resolution]");
  if (!form.querySelector("[name=resolution]:checked")) problems.push(missing(done));
  const { note } = form.elements;
  if (!note.value.trim()) problems.push(missing(note));
  return problems;
}

/** What a form of the job's page lacks: what its parts with [data-missing] ask for, and a photo.
    @param {HTMLFormElement} form
    @param {KeptPhoto[]} photos
    @returns {Problem[]} */
export function lacksOf(form, photos) {
  const parts = [...form.querySelectorAll("[data-missing]")];
  const fields = parts.map((part) => /** @type {Field} */ (part.querySelector("textarea, input")));
  /** @param {Field} field */
  const isThere = (field) => (field.type === "radio" ? form.elements[field.name].value : field.value.trim());
  return [...missingPhotos(form, photos), ...fields.filter((field) => !isThere(field)).map(missing)];
}

function missingPhotos(form, photos) {
  const field = form.querySelector("[data-photos-field]");
  const isThere = photos.length || field?.querySelector("[name=photo]:checked");
  if (!field?.dataset.noPhoto || isThere) return [];
  return [{ words: field.dataset.noPhoto, field: field.querySelector("[data-add]").id }];
}

const missing = (field) => ({ words: field.closest("[data-missing]").dataset.missing, field: field.id });
