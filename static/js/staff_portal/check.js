// What a completion or a note lacks, said at once and in words, before anything is sent or kept for later.

/** The problems as {words, field}, where `field` is the id of what mends it; the photo first. */
export function check(form, photos) {
  if (isForHolder(form)) return nothingToSend(form, photos);
  return [...missingPhoto(form, photos), ...missingWords(form)];
}

/** Whether the form sends work to who holds the job now, and does not finish it. */
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

/** What a note lacks: its words, or who reads it. */
export function checkNote(form) {
  const problems = [];
  const { words } = form.elements;
  if (!words.value.trim()) problems.push(missing(words));
  if (!form.querySelector("[name=audience]:checked"))
    problems.push(missing(form.querySelector("[name=audience]")));
  return problems;
}

const missing = (field) => ({ words: field.closest("[data-missing]").dataset.missing, field: field.id });
