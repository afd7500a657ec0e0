// The phone's position while a job is completed, and whether it is sufficient proof for the category. A phone
// that gives no position, or a wrong one, never blocks completion: a reason replaces the proof.

import { measureMetres, formatDistance } from "../lib/distance.js";
import { fillWords } from "../lib/template.js";
import { locate, mayLocate } from "../lib/locate.js";

const PATIENCE = 4000; // maximum ms that sending waits for a position
const FRESH = 24 * 3600 * 1000;

/** Ask for the position if the category needs it, or if the phone gives it without a prompt. */
export function createProof(/** @type {HTMLFormElement} */ form) {
  const rules = form.querySelector("[data-proof]");
  const asked = findPhone(form, rules);
  return {
    /** Resolves when the position is known, or when the wait has timed out. */
    settled: () => rules?.dataset.within && Promise.race([asked, waitPatiently()]),
    /** Return the problems with the place and time of the photos, as {words, field}; none with a reason.
        @param {KeptPhoto[]} photos */
    problems: (photos) => (rules && !readReason(form) ? findProblems(form, rules, photos) : []),
  };
}

const waitPatiently = () => new Promise((resume) => setTimeout(resume, PATIENCE));
const readReason = (/** @type {HTMLFormElement} */ form) => form.elements.proof_reason.value.trim();

async function findPhone(/** @type {HTMLFormElement} */ form, /** @type {HTMLElement} */ rules) {
  const isNeeded = Boolean(rules?.dataset.within);
  if (!isNeeded && !(await mayLocate())) return;
  const here = await locate();
  if (here.reason) return;
  form.elements.here.value = `${here.lat.toFixed(6)},${here.lng.toFixed(6)}`;
  if (isNeeded) showDistance(form, rules);
}

function showDistance(/** @type {HTMLFormElement} */ form, /** @type {HTMLElement} */ rules) {
  const far = measureDistance(form, rules);
  const isFar = far > Number(rules.dataset.within);
  const words = isFar ? rules.dataset.isFar : rules.dataset.isNear;
  rules.querySelector("[data-proof-says]").textContent = fillWords(words, { far: formatDistance(far) });
  rules.classList.toggle("proof--far", isFar);
  if (isFar) rules.querySelector("[data-proof-reason]").setAttribute("open", "");
}

function measureDistance(/** @type {HTMLFormElement} */ form, /** @type {HTMLElement} */ rules) {
  const [lat, lng] = form.elements.here.value.split(",").map(Number);
  return measureMetres({ lat, lng }, { lat: Number(rules.dataset.lat), lng: Number(rules.dataset.lng) });
}

/** @type {(form: HTMLFormElement, rules: HTMLElement, photos: KeptPhoto[]) => Problem[]} */
function findProblems(form, rules, photos) {
  const words = describeProblem(form, rules, photos);
  if (!words) return [];
  rules.querySelector("[data-proof-reason]").setAttribute("open", "");
  return [{ words, field: form.elements.proof_reason.id }];
}

/** @type {(form: HTMLFormElement, rules: HTMLElement, photos: KeptPhoto[]) => string} */
function describeProblem(form, rules, photos) {
  const { within, isFar, unknown, old, fresh } = rules.dataset;
  if (within && !form.elements.here.value) return unknown;
  const metresAway = within ? measureDistance(form, rules) : 0;
  if (metresAway > Number(within)) return fillWords(isFar, { far: formatDistance(metresAway) });
  const isOld = fresh !== undefined && photos.some(({ taken }) => Date.now() - taken > FRESH);
  return isOld ? old : "";
}
