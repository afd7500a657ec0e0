// Upload photos one by one while the person continues: preview, progress, remove, retry. Without this module
// the same file inputs are sent with the form.

import { showAllWhenReady, showWhenReady, takeFitting, makeTile } from "../lib/photo-preview.js";
import { takeBack, uploadPhoto } from "../lib/photo-upload.js";
import { AWAY, hideBanner, waitForRetry, showBanner, showAway } from "./network.js";
import * as pending from "../outbox/pending-photos.js";
import { fetchToken } from "../lib/api.js";
import { showShare } from "../lib/upload.js";

const LARGEST = 25 * 1024 * 1024; // bytes
const MOST_FAILURES = 4;
const LONGEST = 300; // maximum seconds between two attempts: each attempt sends the whole photo

const grid = document.querySelector("[data-photos]");
const news = document.querySelector("[data-photo-news]");
const leftOut = document.querySelector("[data-photos-left]");
const tileTemplate = document.querySelector("[data-tile]");
const stores = /** @type {Promise<unknown>[]} */ ([]); // pending writes to the phone's own store
const keys = new WeakMap(); // tile to the key of its photo, for photos in transit
const ids = new WeakMap(); // tile to the server's id of its photo, for photos that have arrived
const ends = new WeakMap(); // tile to the function that aborts its upload
let queue = Promise.resolve();

showAllWhenReady(document);

/* Delete photos that were stored only for display, because the report ends here. */
for (const form of document.querySelectorAll("form[data-ends]")) {
  form.addEventListener("submit", () => pending.forgetArrived(form.dataset.ends));
}

if (grid) {
  resumePhotos();
  grid.addEventListener("change", (event) => takePhotos(event.target));
  // Photos that were chosen before this module had loaded.
  const inputs = grid.querySelectorAll("input[type=file]");
  for (const input of inputs) if (input.files.length) takePhotos(input);
  grid.addEventListener("click", (event) => {
    const gone = event.target.closest("[data-drop]");
    const kept = event.target.closest("button[data-remove]");
    if (gone) dropPhoto(gone.closest(".photo"));
    if (!kept) return;
    event.preventDefault();
    removePhoto(kept);
  });
  grid.closest("form").addEventListener("before-send", (event) => event.detail.waitFor(queue));
  grid.closest("form").addEventListener("before-leave", (event) => event.detail.waitFor(waitUntilStored()));
}

/* From the choice to the server */

function takePhotos(/** @type {HTMLInputElement} */ input) {
  clearRefusals();
  const taken = grid.querySelectorAll(".photo:not(.photo--refused, [hidden])").length;
  for (const file of takeFitting([...input.files], taken, grid.dataset, leftOut)) {
    if (file.size > LARGEST) showRefusal(addTile(file), grid.dataset.tooBig);
    else takePhoto(file);
  }
  input.value = "";
}

/** Show the file and upload it after the others; `kept` is its key if it was stored here before.
    @type {(file: File, kept?: Promise<IDBValidKey | undefined>) => HTMLElement} */
function takePhoto(file, kept = pending.keepPhoto(grid.dataset.photos, file)) {
  const tile = addTile(file);
  stores.push(kept);
  keys.set(tile, kept);
  ends.set(tile, new AbortController());
  queue = queue
    .then(() => uploadAndKeep(file, tile, kept))
    .catch((error) => {
      offerRetry(file, tile);
      reportError(error);
    });
  return tile;
}

/** @type {(file: File, tile: HTMLElement, kept: Promise<IDBValidKey>) => Promise<void>} */
async function uploadAndKeep(file, tile, kept) {
  const key = await kept;
  const isOver = (await sendUntilSettled(file, tile)) || !tile.isConnected;
  if (ids.has(tile)) await pending.markArrived(key, ids.get(tile));
  else if (isOver) await pending.forgetPhoto(key);
}

/** Upload until the server accepts or refuses the photo. Resolves to false if the person must decide. */
async function sendUntilSettled(/** @type {File} */ file, /** @type {HTMLElement} */ tile) {
  let failures = 0;
  for (let attempt = 1; tile.isConnected; attempt += 1) {
    const xhr = await sendPhoto(file, tile);
    if (!tile.isConnected) {
      hideBanner();
      await undoUpload(xhr);
      return true;
    }
    if (xhr.status === 0 && !(await isReadable(file))) {
      hideBanner();
      showRefusal(tile, grid.dataset.unreadable);
      return true;
    }
    if (xhr.status === 0) showBanner("waiting");
    else if (xhr.status === AWAY) showAway(xhr.getResponseHeader("X-Read-Only"));
    else if (xhr.status < 500 && ![412, 429].includes(xhr.status)) {
      applyAnswer(xhr, tile);
      return true;
    } else if ((failures += 1) === MOST_FAILURES) {
      offerRetry(file, tile);
      return false;
    } else if (xhr.status === 412 && (await fetchToken()))
      continue; // the key is known now
    else showBanner("slow");
    await waitForRetry(attempt, LONGEST);
  }
  return true;
}

function sendPhoto(/** @type {File} */ file, /** @type {HTMLElement} */ tile) {
  const progress = (/** @type {number} */ share) => showProgress(tile, share);
  progress(0);
  return uploadPhoto(grid.dataset.photos, file, { progress, signal: ends.get(tile).signal });
}

/* Return whether the file is still readable: some phones delete or change a file while it waits. */
const isReadable = (/** @type {File} */ file) =>
  file
    .slice(0, 1)
    .arrayBuffer()
    .then(Boolean, () => false);

function applyAnswer(/** @type {XMLHttpRequest} */ xhr, /** @type {HTMLElement} */ tile) {
  hideBanner();
  if (xhr.status === 201) replaceTile(xhr.responseText, tile);
  else if (xhr.status === 409) location.reload();
  else if (xhr.status === 422) showRefusal(tile, JSON.parse(xhr.responseText).problems[0]);
  else showRefusal(tile, xhr.status === 413 ? grid.dataset.tooBig : grid.dataset.failed);
}

function replaceTile(/** @type {string} */ html, /** @type {HTMLElement} */ tile) {
  const parsed = parsePhoto(html);
  if (isOnPage(parsed)) {
    tile.remove();
    showNews(grid.dataset.twice);
    return;
  }
  ids.set(tile, parsed.dataset.photo);
  const image = parsed.querySelector("img");
  if (!tile.classList.contains("photo--blank")) {
    image.src = tile.querySelector("img").src;
    image.removeAttribute("data-pending");
  }
  tile.replaceWith(document.adoptNode(parsed));
  if (image.hasAttribute("data-pending")) showWhenReady(image);
  showNews(grid.dataset.added);
}

/* Delete a photo from the server that was removed during its upload, unless the page shows the same picture
   again. */
async function undoUpload(/** @type {XMLHttpRequest} */ xhr) {
  if (xhr.status !== 201) return;
  const photo = parsePhoto(xhr.responseText);
  if (isOnPage(photo)) return;
  const address = photo.querySelector("[data-remove]").dataset.remove;
  await takeBack(address).catch(() => {});
}

const parsePhoto = (/** @type {string} */ html) =>
  new DOMParser().parseFromString(html, "text/html").querySelector("[data-photo]");

const isOnPage = (/** @type {HTMLElement} */ { dataset }) =>
  grid.querySelector(`[data-photo="${dataset.photo}"]`) !== null;

/* What a person can do meanwhile */

/* Remove a photo and abort its upload at once, not after the next attempt. */
function dropPhoto(/** @type {HTMLElement} */ tile) {
  moveFocusFrom(tile);
  tile.remove();
  ends.get(tile)?.abort();
  if (keys.has(tile)) stores.push(keys.get(tile).then(pending.forgetPhoto));
}

async function removePhoto(/** @type {HTMLButtonElement} */ button) {
  const tile = button.closest(".photo");
  moveFocusFrom(tile);
  tile.hidden = true;
  for (let attempt = 1; ; attempt += 1) {
    try {
      const response = await takeBack(button.dataset.remove);
      if (response.ok) break;
      if (response.status < 500 && response.status !== 429) location.reload();
      showAway(response.headers.get("X-Read-Only"));
    } catch (error) {
      if (error.name !== "TypeError") throw error;
      showBanner("waiting");
    }
    await waitForRetry(attempt);
  }
  hideBanner();
  tile.remove();
  await pending.forgetArrived(grid.dataset.photos, button.value);
  showNews(grid.dataset.removed);
}

function moveFocusFrom(/** @type {HTMLElement} */ tile) {
  leftOut.textContent = ""; // there is space again
  if (tile.contains(document.activeElement)) [...grid.querySelectorAll("[data-add] input")].at(-1).focus();
}

function offerRetry(/** @type {File} */ file, /** @type {HTMLElement} */ tile) {
  hideBanner();
  showRefusal(tile, grid.dataset.failed);
  const again = tile.querySelector("[data-again]");
  again.hidden = false;
  again.addEventListener("click", () => tile.replaceWith(takePhoto(file, Promise.resolve(undefined))), {
    once: true,
  });
}

/* Remove the messages about the last choice of files; a photo that can be sent again stays. */
function clearRefusals() {
  for (const tile of grid.querySelectorAll(".photo--refused:has([data-again][hidden])")) tile.remove();
  showNews("");
}

/* What the phone stores */

async function resumePhotos() {
  if (grid.closest("[data-offline-report]")) await showPhotosAtCity();
  for (const [key, file] of await pending.findWaiting(grid.dataset.photos))
    takePhoto(file, Promise.resolve(key));
}

/* Show on the offline form the photos that the server already has. */
async function showPhotosAtCity() {
  for (const [, file] of await pending.findArrived(grid.dataset.photos)) {
    const tile = addTile(file);
    tile.classList.remove("photo--going");
    for (const each of tile.querySelectorAll("progress, [data-share], [data-drop]")) each.remove();
  }
}

/** Resolves when every photo chosen so far is stored on the phone, and every removed photo is deleted. */
export const waitUntilStored = () => Promise.all(stores);

/* Tiles and messages */

function addTile(/** @type {File} */ file) {
  const tile = makeTile(tileTemplate, file, ({ classList }) => classList.add("photo--blank"));
  grid.insertBefore(tile, grid.querySelector("[data-add]"));
  return tile;
}

/* Show the progress of the upload as a bar and in digits. During an upload, no banner shows that there is no
   connection. */
function showProgress(/** @type {HTMLElement} */ tile, /** @type {number} */ share) {
  if (share > 0) hideBanner();
  showShare(tile, share);
  const words = tile.querySelector("[data-share]");
  if (share === 1) words.textContent = words.dataset.last;
}

function showRefusal(/** @type {HTMLElement} */ tile, /** @type {string} */ words) {
  tile.classList.add("photo--refused");
  for (const each of tile.querySelectorAll("progress, [data-share]")) each.hidden = true;
  const shown = tile.querySelector("[data-words]");
  shown.hidden = false;
  shown.textContent = words;
  showNews(words, true);
}

/* Show a message; only screen readers get it if it is visible elsewhere. */
function showNews(/** @type {string} */ words, isSeenElsewhere = false) {
  news.classList.toggle("visually-hidden", isSeenElsewhere);
  news.textContent = words;
}
