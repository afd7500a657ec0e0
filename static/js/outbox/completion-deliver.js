// Sends one completion of the phone's queue: its photos one by one, then the form with its key.
// Everything here may be tried again: a photo that arrived twice is one, and so is a completion.

import { get, remove, update } from "./completion-rows.js";
import { sendStraight } from "../lib/direct-upload.js";

const STALLED = 45_000; // ms without a byte on its way
const ANSWER = 30_000;
const STATES = {
  400: "refused",
  403: "signed-out",
  404: "gone",
  409: "changed",
  410: "gone",
  413: "refused",
  422: "refused",
};
const WORDS =
  "main > .notyet, .errsum > p:not([data-aside]), .errsum > ul > li, .errsum .timeline > li, [data-problem] > p, body > .usa-error-message";

/** Try to send the row with `key`; `progress(photo's number, share)` while photos go up.

    Resolves to {state, then, row, page, isReached}: `state` is "sent" (`then` is the job's address),
    "later" when there was no answer worth having, "discarded" when a person threw it away meanwhile,
    or what the row has become, also "draft" when a person is changing it; `isReached` says whether the
    city was there at all. Two tabs never try at once. */
export function send(key, progress = () => {}) {
  return alone(key, () => attempt(key, progress));
}

/** Send the photos only, while the rest is being filled in; resolves to the row as it is then. */
export function sendPhotos(key, progress = () => {}) {
  return alone(key, async () => {
    const trouble = await photosOf(key, progress);
    const row = await get(key);
    if (!row) return { state: "sent" };
    return trouble ? settle(row, trouble) : { state: row.state, row };
  });
}

function alone(key, act) {
  if (!navigator.locks) return act(); // the key alone keeps it from being done twice
  return navigator.locks.request(`crew-${key}`, act);
}

async function attempt(key, progress, again = true) {
  if (!(await get(key))) return { state: "sent", isReached: true }; // another tab was quicker
  const trouble = await photosOf(key, progress);
  const row = await get(key); // as it is now: photos may take minutes, in which a person changes it
  const isReached = trouble?.status !== 0;
  if (!row) return { state: "discarded", isReached };
  if (row.state === "draft") return { state: "draft", row, isReached };
  const answer = trouble ?? (await post(row.path, formOf(row), ANSWER));
  if (again && (await isMended(row, answer))) return attempt(key, progress, false);
  return settle(row, answer);
}

/* Sends what has no id yet, also what is added meanwhile; resolves to an answer that stands in the
   way, or to nothing. */
async function photosOf(key, progress) {
  for (;;) {
    const row = await get(key);
    const photo = row?.photos.find(({ id }) => !id);
    if (!photo) return undefined;
    const answer = await sendPhoto(row, photo, (share) => progress(photo.n, share));
    if (answer.status !== 200) return { ...answer, photo: photo.n };
    const id = answer.page.querySelector("[name=photo]")?.value;
    if (!id) return { status: 0, photo: photo.n }; // a hotel's welcome page
    const small = answer.page.querySelector("img").getAttribute("src");
    await change(key, photo.n, (kept) => Object.assign(kept, { id, small }));
    progress(photo.n, 1);
  }
}

async function sendPhoto(row, photo, progress) {
  const name = await sendStraight(photo.blob, token(), (share) => progress(0.99 * share));
  if (name) {
    const answer = await post(row.upload, photoForm(row, "incoming", name), ANSWER);
    if (answer.status === 200) return answer;
  }
  return post(row.upload, photoForm(row, "photos", photo.blob, photo.name), STALLED, progress);
}

function photoForm(row, ...photo) {
  const data = new FormData();
  data.append("key", row.key);
  data.append("by", row.user);
  data.append(...photo);
  return data;
}

function change(key, n, act) {
  return update(key, (row) => row.photos.filter((photo) => photo.n === n).forEach(act));
}

function formOf(row) {
  const data = new FormData();
  for (const [name, value] of row.fields) data.append(name, value);
  data.set("key", row.key);
  data.set("by", row.user);
  data.set("seen", row.seen);
  for (const id of new Set(row.photos.map((photo) => photo.id))) data.append("photo", id);
  return data;
}

/* What can be put right without a person: an old token, or photos that the city threw away. */
async function isMended(row, answer) {
  if (answer.status === 403) return isSignedIn(row);
  if (answer.status !== 422 || answer.photo !== undefined) return false;
  const known = [...answer.page.querySelectorAll("[name=photo]")].map((input) => input.value);
  const lost = row.photos.filter((photo) => !known.includes(photo.id));
  for (const photo of lost)
    await change(row.key, photo.n, (kept) => Object.assign(kept, { id: null, small: null }));
  return lost.length > 0;
}

/* Reading the form gives a fresh token; the sign-in page, or another person's form, does not count. */
async function isSignedIn(row) {
  try {
    const answer = await fetch(row.path, { signal: AbortSignal.timeout(ANSWER) });
    const page = parse(await answer.text());
    return page.querySelector("[data-crew-user]")?.dataset.crewUser === row.user;
  } catch {
    return false;
  }
}

async function settle(row, answer) {
  if (answer.status === 201) {
    await remove(row.key);
    return { state: "sent", then: answer.then, isReached: true };
  }
  const state = STATES[answer.status];
  if (!state) return { state: "later", row: (await get(row.key)) ?? row, isReached: answer.status > 0 };
  const isPhoto = answer.photo !== undefined;
  const now = await update(row.key, (kept) => {
    if (isPhoto && state === "refused") kept.photos = kept.photos.filter(({ n }) => n !== answer.photo);
    if (kept.state !== "draft") kept.state = state;
    kept.says = saidOn(answer);
    const form = answer.page.querySelector("#finish");
    if (state === "changed" && form)
      [kept.seen, kept.path] = [form.elements.seen.value, form.getAttribute("action")];
    if (state === "gone") kept.moved = movedOf(form);
  });
  return { state, row: now ?? row, isReached: true, page: isPhoto ? null : answer.page };
}

/* Where the work can go now, as the page of a job that moved says. */
function movedOf(form) {
  if (form?.dataset.handover === undefined) return null;
  const { where, send: label, sent } = form.dataset;
  return { path: form.getAttribute("action"), where, send: label, sent };
}

/* The server's own words: what is wrong, or what happened meanwhile. */
function saidOn(answer) {
  const lines = answer.page?.querySelectorAll(WORDS) ?? [];
  const words = [...lines].map((line) => {
    const parts = line.querySelectorAll("time, p");
    return (parts.length ? [...parts] : [line]).map(({ textContent }) => textContent.trim()).join(" ");
  });
  return [...new Set(words.filter(Boolean))];
}

/* The token changes when somebody signs in, on whichever page: the cookie has the latest. */
const token = () =>
  document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ??
  document.querySelector("[name=csrfmiddlewaretoken]")?.value ??
  "";

const parse = (text) => new DOMParser().parseFromString(text, "text/html");

/* Resolves to {status, page, then}; status 0 when there was no answer worth having. */
function post(address, data, patience, progress = () => {}) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    let timer = setTimeout(() => request.abort(), patience);
    const renew = () => {
      clearTimeout(timer);
      timer = setTimeout(() => request.abort(), Math.max(patience, STALLED));
    };
    request.open("POST", address);
    request.setRequestHeader("Accept", "application/json, text/html;q=0.9");
    request.setRequestHeader("X-CSRFToken", token());
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      renew();
      progress(loaded / total);
    });
    request.addEventListener("loadend", () => {
      clearTimeout(timer);
      resolve(understood(request, address));
    });
    request.send(data);
  });
}

function understood(request, address) {
  const isOurs = request.responseURL && new URL(request.responseURL).pathname === address;
  if (!isOurs) return { status: 0 }; // nothing, or sent elsewhere on the way
  const isJson = request.getResponseHeader("Content-Type")?.startsWith("application/json");
  if (request.status === 201 && isJson) return { status: 201, then: JSON.parse(request.response).then };
  return { status: request.status, page: parse(request.response) };
}
