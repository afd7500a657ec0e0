// What a completion lacks, said at once and in words, before anything is sent or kept for later.

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
  if (!form.querySelector("[name=resolution]:checked"))
    problems.push({ words: wordsOf(done), field: done.id });
  const { note } = form.elements;
  if (!note.value.trim()) problems.push({ words: wordsOf(note), field: note.id });
  return problems;
}

const wordsOf = (field) => field.closest("[data-missing]").dataset.missing;
