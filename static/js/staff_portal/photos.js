// The photos of a job that is being finished: taken, kept on the phone, shown with their progress.
// One that the browser cannot draw is shown as the city made it, once that has it.

import { showWhenReady, tileOf } from "../lib/photo-preview.js";
import { showShare } from "../lib/upload.js";

/** @type {WeakMap<HTMLElement, Map<number, HTMLElement>>} */
const places = new WeakMap(); // an element that shows photos to its tiles: a photo's number to its tile

function tilesIn(place) {
  if (!places.has(place)) places.set(place, new Map());
  return places.get(place);
}

/** What a camera or a gallery brought, or nothing: some bring an empty file, or one that is gone. */
async function contents(file) {
  try {
    const bytes = await file.arrayBuffer();
    return bytes.byteLength ? new Blob([bytes], { type: file.type }) : null;
  } catch {
    return null;
  }
}

/** A photo as the queue keeps it.
    @param {File} file
    @param {KeptPhoto[]} photos
    @returns {Promise<KeptPhoto | null>} */
export async function taken(file, photos) {
  const blob = await contents(file);
  if (!blob) return null;
  const n = 1 + Math.max(0, ...photos.map((photo) => photo.n));
  return { n, name: file.name || "photo.jpg", blob, taken: file.lastModified, id: null };
}

/** Show `photos` as they are now in `place`; `drop(number)` is called when one is to go.
    @param {HTMLElement} place
    @param {KeptPhoto[]} photos
    @param {(n: number) => void} drop */
export function showPhotos(place, photos, drop) {
  const tiles = tilesIn(place);
  for (const [n, tile] of tiles) if (!photos.some((photo) => photo.n === n)) forget(tiles, n, tile);
  for (const photo of photos) {
    if (!tiles.has(photo.n)) place.append(begin(tiles, photo, drop));
    const tile = tiles.get(photo.n);
    tile.dataset.small = photo.small ?? "";
    showMade(tile);
    mark(tile, Boolean(photo.id));
    showFar(tile, photo.far ?? "");
  }
}

/** How much of a photo in `place` is at the city, from 0 to 1.
    @param {HTMLElement} place
    @param {number} n
    @param {number} share */
export function showProgress(place, n, share) {
  const tile = tilesIn(place).get(n);
  if (!tile) return;
  for (const each of tile.querySelectorAll("progress, [data-share]")) each.hidden = share >= 1;
  showShare(tile, share);
  tile.querySelector("[data-down]").hidden = true;
  if (share >= 1) mark(tile, true);
}

/** Nothing is on its way any more: what is not at the city is on this phone, and says so.
    @param {HTMLElement} place
    @param {KeptPhoto[]} photos */
export function showAtRest(place, photos) {
  for (const photo of photos) mark(tilesIn(place).get(photo.n), Boolean(photo.id), true);
}

function begin(tiles, photo, drop) {
  const tile = tileOf(document.querySelector("[data-tile]"), photo.blob, showBlank);
  tile.querySelector(".drop").addEventListener("click", () => drop(photo.n));
  tiles.set(photo.n, tile);
  return tile;
}

function showBlank(tile) {
  tile.querySelector("img").setAttribute("data-blank", "");
  showMade(tile);
}

function showMade({ dataset, firstElementChild: image }) {
  if (!dataset.small || !image.hasAttribute("data-blank")) return;
  URL.revokeObjectURL(image.src);
  image.removeAttribute("data-blank");
  image.setAttribute("data-pending", "");
  image.src = dataset.small;
  showWhenReady(image);
}

/* Where it was taken says more than that it is at the city. */
function showFar(tile, words) {
  const place = tile.querySelector("[data-far]");
  if (place.textContent !== words) place.textContent = words;
}

function mark(tile, isUp, isAtRest = false) {
  tile.toggleAttribute("data-uploaded", isUp);
  tile.toggleAttribute("data-waiting", !isUp);
  tile.querySelector("[data-up]").hidden = !isUp;
  tile.querySelector("[data-down]").hidden = isUp || !isAtRest;
  for (const each of tile.querySelectorAll("progress, [data-share]")) each.hidden = isUp || isAtRest;
}

function forget(tiles, n, tile) {
  URL.revokeObjectURL(tile.querySelector("img").src);
  tile.remove();
  tiles.delete(n);
}
