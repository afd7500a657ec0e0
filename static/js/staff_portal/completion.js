// The form that finishes a job. All of it is kept on the phone while it is filled in; sending it
// means to put it into the queue, and to try at once.

import { press } from "./chips.js";
import { check, isForHolder } from "./validate-completion.js";
import { showAtRest, showPhotos, showProgress, taken } from "./photos.js";
import { proofOf } from "./proof.js";
import {
  alter as altered,
  begin,
  completions,
  discard,
  isSafe,
  ofJob,
  typedIn,
  unsentOf,
  wasDiscarded,
} from "../outbox/completions.js";
import { isToSend } from "../outbox/outbox.js";
import { mended } from "../lib/error-lines.js";
import { showAllWhenReady } from "../lib/photo-preview.js";
import "./waiting-bar.js"; // as long as there is a network
import { dressDiscard } from "../lib/discard.js";
import { clearProblems, showProblems } from "../lib/error-summary.js";
import { fieldsOf, putValue, valuesOf } from "../lib/form-values.js";
import { notAdded, parted } from "../lib/photo-room.js";

const LATER = {
  waiting: "waits",
  "signed-out": "signedOut",
  gone: "gone",
  sent: "went",
  discarded: "discarded",
};

/** @type {HTMLFormElement} */
let form; // the one on the page now: a refused one is replaced by the server's
/** @type {Completion} */
let row; // what the queue has of it
let proof;
let isReady = Promise.resolve();
let isBusy = false;

const place = () => form.querySelector("[data-photos]");
const progress = (n, share) => showProgress(place(), n, share);
const later = () => document.querySelector("[data-later]");
const say = (words) => (form.querySelector("[data-says]").textContent = words ?? "");
const complain = (words) => (form.querySelector("[data-problem]").textContent = words ?? "");

completions.subscribe({ changed: look });
window.addEventListener("online", goOn);
start();

/** Take over the form on the page; also called for one that was put there by another script. */
export function start() {
  form = document.querySelector("#finish");
  if (!form) return undefined;
  proof = proofOf(form);
  isReady = restore();
  /** @type {NodeListOf<HTMLInputElement>} */
  const inputs = form.querySelectorAll("[data-add]");
  for (const input of inputs) {
    input.addEventListener("change", () => add(input));
    input.addEventListener("cancel", cameBackEmpty);
    if (input.files.length) add(input); // chosen while this script was still on its way
  }
  form.addEventListener("submit", submit);
  form.addEventListener("input", keepWords);
  form.addEventListener("change", keepWords);
  dressLater();
  return isReady;
}

async function restore() {
  row = (await ofJob(form.dataset.reference, form.elements.by.value)) ?? draftOf(form);
  if (isForHolder(form)) await takeNotes();
  const known = row.photos.map(({ id }) => id);
  /** @type {NodeListOf<HTMLInputElement>} */
  const there = place().querySelectorAll("[name=photo]");
  for (const { value, parentElement } of there) {
    if (known.includes(value)) parentElement.remove(); // the phone has the picture itself
  }
  showAllWhenReady(place());
  for (const [name, value] of row.fields) fill(name, value);
  if (row.photos.length || row.fields.length) form.hidden = false; // also where it cannot be sent now
  show();
  if (isForHolder(form)) dressDiscard(form.querySelector("[data-discarding]"), throwAway);
  else if (row.state === "gone") return showLater(row.state);
  if (isToSend(row)) return showLater(row.state);
  const isRefused = row.state !== "draft" && row.says.length; // of a draft only a photo was
  if (isRefused && !document.querySelector(".error-summary"))
    showProblems(
      form,
      row.says.map((words) => ({ words })),
    );
  if (row.photos.some(({ id }) => !id)) upload();
  return undefined;
}

/* Photos */

async function add(input) {
  const files = [...input.files];
  input.value = "";
  await addFiles(files);
}

/** Keep these photos, and send them on their way.
    @param {File[]} files */
export async function addFiles(files) {
  complain();
  await isReady;
  await clearRefusal();
  const kept = place().querySelectorAll("[name=photo]:checked").length; // of an earlier try
  const [taken, left] = parted(files, Number(form.dataset.most) - row.photos.length - kept);
  complain(notAdded(form.dataset.tooMany, left));
  for (const file of taken) await addOne(file);
  if (row.photos.length) await upload();
}

/* A new choice of files answers what the city said of the last one; a line that leads to a field stays
   until that is mended. */
async function clearRefusal() {
  if (!row.says.length || !["draft", "refused"].includes(row.state)) return;
  await alter((kept) => (kept.says = []));
  if (!document.querySelector(".error-summary a")) clearProblems();
}

async function addOne(file) {
  const photo = await taken(file, row.photos);
  if (!photo) return sayNothingCame();
  await alter((kept) => {
    kept.photos.push(photo);
    kept.fields = valuesOf(form);
  });
  return show();
}

async function upload() {
  const outcome = await completions.deliver(row.key, progress);
  row = outcome.row ?? row;
  show();
  showAtRest(place(), row.photos);
  if (outcome.state === "refused") complain(row.says.join(" "));
}

/* Photos that were taken without a signal go ahead while the rest is still being filled in. */
function goOn() {
  if (row?.state === "draft" && row.photos.some(({ id }) => !id)) upload();
}

async function drop(n) {
  await alter((kept) => (kept.photos = kept.photos.filter((photo) => photo.n !== n)));
  show();
}

/** The camera brought nothing: said in words, and everything else stays. */
export async function cameBackEmpty() {
  await isReady;
  if (!row.photos.length) sayNothingCame();
}

/* With the reasons for no photo at hand. */
function sayNothingCame() {
  complain(form.dataset.nothing);
  if (!row.photos.length) form.querySelector("[data-nophoto]")?.setAttribute("open", "");
}

/* Send it */

async function submit(event) {
  event.preventDefault();
  if (isBusy) return;
  isBusy = true;
  form.setAttribute("data-busy", "");
  await attempt();
  form.removeAttribute("data-busy");
  isBusy = false;
}

async function attempt() {
  await isReady;
  const problems = await lacks();
  if (problems.length) return showProblems(form, problems);
  say(form.dataset.sending);
  await alter((kept) => {
    kept.fields = valuesOf(form);
    kept.path = form.getAttribute("action"); // another one than before where the job moved
    kept.state = "waiting";
    kept.says = [];
  });
  return understand(await completions.deliver(row.key, progress));
}

/* What is missing is said at once; where the phone is may take it a moment. */
async function lacks() {
  const missing = check(form, row.photos);
  if (missing.length) return missing;
  say(form.dataset.locating);
  await proof.settled();
  say("");
  return proof.problems(row.photos);
}

async function understand(outcome) {
  say("");
  if (["sent", "discarded"].includes(outcome.state))
    return location.assign(outcome.then ?? form.dataset.then);
  row = outcome.row;
  showAtRest(place(), row.photos);
  const hasMoved = outcome.state === "gone" && row.moved;
  const needsYou = hasMoved || ["changed", "refused"].includes(outcome.state);
  if (!needsYou && row.state === "draft") return undefined; // a person is changing it
  if (!needsYou) return showLater(row.state);
  if (outcome.page) replaceBy(outcome.page);
  else if (hasMoved)
    location.reload(); // the try that brought the photos heard it first
  else {
    show();
    showProblems(
      form,
      row.says.map((words) => ({ words })),
    );
  }
  return undefined;
}

/* The server's own page, with what happened and every field as it was sent. */
function replaceBy(page) {
  document.querySelector("main").replaceWith(document.adoptNode(page.querySelector("main")));
  start();
  const problem = document.querySelector(".error-summary, .usa-error-message");
  problem?.scrollIntoView({ block: "center" });
  problem?.setAttribute("tabindex", "-1");
  problem?.focus({ preventScroll: true });
}

/* What waits on the phone makes room for what happens next */

/* It is safe on the phone: the form makes room for what happens next. */
function showLater(kind) {
  const isFragile = kind === "waiting" && !isSafe(row.key);
  const words = later().dataset[isFragile ? "fragile" : LATER[kind]];
  later().querySelector("[data-later-says]").textContent = words;
  for (const part of later().querySelectorAll("[data-later-waits]"))
    part.hidden = ["sent", "gone", "discarded"].includes(kind);
  for (const part of later().querySelectorAll("[data-later-signal]")) part.hidden = kind !== "waiting";
  later().querySelector("[data-later-sent]").hidden = kind !== "sent";
  later().querySelector("[data-later-job]").hidden = !["sent", "discarded"].includes(kind);
  later().querySelector("[data-later-gone]").hidden = kind !== "gone";
  later().querySelector("[data-later-sign-in]").hidden = kind !== "signed-out";
  navigator.storage?.persist?.(); // so that the phone does not tidy it away
  const isNew = later().hidden;
  form.hidden = true;
  later().hidden = false;
  clearProblems();
  if (!isNew) return;
  window.scrollTo(0, 0);
  later().focus({ preventScroll: true });
}

function dressLater() {
  later()
    .querySelector("[data-later-now]")
    .addEventListener("click", async () => {
      understand(await completions.deliver(row.key, progress));
    });
  later()
    .querySelector("[data-later-change]")
    .addEventListener("click", async () => {
      await alter((kept) => (kept.state = "draft"));
      later().hidden = true;
      form.hidden = false;
    });
}

/* Another script, or another tab, sent it or heard that it cannot be. */
async function look() {
  if (!form || later().hidden || isBusy) return;
  const now = await completions.get(row.key);
  if (!now) showLater(wasDiscarded(row.key) ? "discarded" : "sent");
  else if (["changed", "refused", "gone"].includes(now.state) && now.state !== row.state) location.reload();
  else if (isToSend(now)) showLater(now.state);
}

/* What is filled in */

async function keepWords({ target }) {
  await isReady;
  if (target.name === "no_photo_reason") mended("camera");
  if (target.type !== "file") await alter((kept) => (kept.fields = valuesOf(form)));
}

async function alter(change) {
  row = await altered(row, change);
}

function fill(name, value) {
  if (["seen", "key", "by", "here", "photo"].includes(name)) return;
  const fields = fieldsOf(form, name);
  putValue(fields, value);
  if (fields.length === 1) press(fields[0]);
}

function draftOf({ dataset, elements, attributes }) {
  const values = { key: elements.key.value, user: elements.by.value, seen: elements.seen.value };
  return begin({ ...dataset, ...values, path: attributes.action.value });
}

/* What was filled in on the job's page and not sent before the job moved goes along with the work. */
async function takeNotes() {
  for (const note of await unsentOf(row.reference, row.user)) {
    const [own, words] = [typedIn(row, "note"), typedIn(note, "words")];
    await alter((kept) => {
      const rest = kept.fields.filter(([name]) => name !== "note");
      const next = 1 + Math.max(0, ...kept.photos.map(({ n }) => n));
      kept.fields = [...rest, ["note", [own, words].filter(Boolean).join("\n")]];
      kept.photos.push(...note.photos.map((photo, at) => ({ ...photo, n: next + at })));
    });
    await completions.remove(note.key);
  }
}

async function throwAway() {
  await discard(row.key);
  location.assign(form.dataset.then);
}

function show() {
  showPhotos(place(), row.photos, drop);
  const discarding = form.querySelector("[data-discarding]");
  if (discarding) discarding.hidden = !row.photos.length && !row.fields.length;
  if (row.photos.length) haveOne();
  const cam = form.querySelector("[data-cam]");
  cam.textContent = row.photos.length ? cam.dataset.more : cam.dataset.first;
}

/* Nobody asks any more why there is no photo. */
function haveOne() {
  form.querySelector("[data-nophoto]")?.removeAttribute("open");
  for (const id of ["camera", "completion-no_photo_reason_0", "handover-note"]) mended(id);
}
