// "Finish" opens the camera at once, with the form behind it. The form is fetched while the job is being
// read, so that it is available at the work site, with or without a signal.

import { addFiles, cameBackEmpty, start } from "./completion.js";
import { readPhoto } from "./photos.js";
import { isModified, on } from "../lib/dom.js";
import { takeFitting } from "../lib/photo-preview.js";
import { findCompletion, newRow, updateRow } from "../outbox/completions.js";

const camera = document.querySelector("input[data-finish-camera]");
const PARTS = [".app-bar", "main"];
/** @type {{job: Element[], form: Element[], title: string}} */
const parts = { job: null, form: null, title: "" }; // what is not on the page at the moment
let form = /** @type {Promise<Document | null>} */ (null); // resolves to the form's page, or to null
let isShown = false;
let hasMoved = false; // the job was reassigned meanwhile: its page shows to whom

async function fetchForm() {
  try {
    const answer = await fetch(camera.dataset.path, { signal: AbortSignal.timeout(30_000) });
    hasMoved = answer.status === 410;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return answer.ok && page.querySelector("#finish") ? page : null;
  } catch {
    return null; // no signal: fetch it again when it is needed
  }
}

function openCamera(/** @type {HTMLElement} */ _link, /** @type {MouseEvent} */ event) {
  if (isModified(event) || event.shiftKey) return;
  event.preventDefault();
  camera.click(); // at once: a page may open the camera only directly after the tap
}

async function takeFiles() {
  const files = [...camera.files];
  camera.value = "";
  if (await showForm()) await addFiles(files);
  else await keepForLater(files);
}

async function onCancel() {
  if (!isShown && (await showForm())) await cameBackEmpty();
}

/** Replace the job with the form; resolves to whether the form is shown. */
async function showForm() {
  if (isShown) return true;
  const isNew = !parts.form;
  if (isNew) await takeForm();
  if (!parts.form || isShown) return isShown;
  swapParts("form", "job");
  history.pushState({ form: true }, "", camera.dataset.path);
  if (isNew) await start();
  return true;
}

async function takeForm() {
  const page = (await form) ?? (await fetchForm());
  if (!page) return;
  parts.form = PARTS.map((part) => document.adoptNode(page.querySelector(part)));
  parts.title = page.title;
}

/* Replace the page's parts. The job's parts stay in memory, so that "back" finds them without a signal
   too. */
function swapParts(/** @type {"form" | "job"} */ now, /** @type {"form" | "job"} */ before) {
  const there = PARTS.map((part) => document.querySelector(part));
  there.forEach((part, n) => part.replaceWith(parts[now][n]));
  parts[before] = there;
  [document.title, parts.title] = [parts.title, document.title];
  isShown = now === "form";
  window.scrollTo(0, 0);
  document.dispatchEvent(new Event("crew:turned"));
}

function onPopState(/** @type {PopStateEvent} */ { state }) {
  const isForm = Boolean(state?.form);
  if (isForm === isShown) return;
  if (isForm && parts.form) swapParts("form", "job");
  else if (!isForm && parts.job) swapParts("job", "form");
  else location.reload();
}

function goBack(/** @type {HTMLElement} */ _link, /** @type {Event} */ event) {
  if (!isShown) return;
  event.preventDefault();
  history.back();
}

/* Store the photos if there is no signal and the form was never fetched. */
async function keepForLater(/** @type {File[]} */ files) {
  const { dataset } = camera;
  let row = (await findCompletion(dataset.reference, dataset.user)) ?? newRow(dataset);
  const line = document.querySelector("[data-finish-left]");
  for (const file of takeFitting(files, row.photos.length, dataset, line)) {
    const photo = await readPhoto(file, row.photos);
    if (photo) row = await updateRow(row, (kept) => kept.photos.push(photo));
  }
  if (hasMoved) return location.assign(dataset.path);
  const says = document.querySelector("[data-finish-says]");
  says.hidden = !row.photos.length;
  says.scrollIntoView({ block: "center" });
  return undefined;
}

if (camera) {
  on("click", "[data-finish]", openCamera);
  camera.addEventListener("change", takeFiles);
  camera.addEventListener("cancel", onCancel);
  window.addEventListener("popstate", onPopState);
  on("click", ".app-bar a", goBack);
  form = fetchForm();
}
