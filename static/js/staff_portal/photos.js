// The photos of a job that is being finished: taken, kept on the phone, shown with their progress.
// One that the browser cannot draw is shown as the city made it, once that has it.

import { showWhenReady } from "../lib/photo-preview.js";
import { inPercent } from "../lib/upload.js";

const tiles = new Map(); // a photo's number to its tile

/** What a camera or a gallery brought, or nothing: some bring an empty file, or one that is gone. */
async function contents(file) {
  try {
    const bytes = await file.arrayBuffer();
    return bytes.byteLength ? new Blob([bytes], { type: file.type }) : null;
  } catch {
    return null;
  }
}

/** A photo as the queue keeps it. */
export async function taken(file, photos) {
  const blob = await contents(file);
  if (!blob) return null;
  const n = 1 + Math.max(0, ...photos.map((photo) => photo.n));
  return { n, name: file.name || "photo.jpg", blob, taken: file.lastModified, id: null };
}

/** Show `photos` as they are now in `place`; `drop(number)` is called when one is to go. */
export function showPhotos(place, photos, drop) {
  for (const [n, tile] of tiles) if (!photos.some((photo) => photo.n === n)) forget(n, tile);
  for (const photo of photos) {
    const tile = tiles.get(photo.n);
    if (!tile || !place.contains(tile)) place.append(tileOf(photo, drop));
    tiles.get(photo.n).dataset.small = photo.small ?? "";
    showMade(tiles.get(photo.n));
    mark(photo.n, Boolean(photo.id));
  }
}

/** How much of a photo is at the city, from 0 to 1. */
export function showProgress(n, share) {
  const tile = tiles.get(n);
  if (!tile) return;
  const progress = tile.querySelector("progress");
  progress.hidden = share >= 1;
  progress.value = share;
  const digits = tile.querySelector("[data-share]");
  digits.hidden = share >= 1;
  digits.textContent = inPercent(share);
  tile.querySelector("[data-down]").hidden = true;
  if (share >= 1) mark(n, true);
}

/** Nothing is on its way any more: what is not at the city is on this phone, and says so. */
export function showAtRest(photos) {
  for (const photo of photos) mark(photo.n, Boolean(photo.id), true);
}

function tileOf(photo, drop) {
  const template = document.querySelector("[data-tile]");
  const tile = template.content.firstElementChild.cloneNode(true);
  const image = tile.querySelector("img");
  image.addEventListener(
    "error",
    () => {
      image.setAttribute("data-blank", "");
      showMade(tile);
    },
    { once: true },
  );
  image.src = URL.createObjectURL(photo.blob);
  tile.querySelector(".drop").addEventListener("click", () => drop(photo.n));
  tiles.set(photo.n, tile);
  return tile;
}

function showMade({ dataset, firstElementChild: image }) {
  if (!dataset.small || !image.hasAttribute("data-blank")) return;
  URL.revokeObjectURL(image.src);
  image.removeAttribute("data-blank");
  image.setAttribute("data-pending", "");
  image.src = dataset.small;
  showWhenReady(image);
}

function mark(n, isUp, isAtRest = false) {
  const tile = tiles.get(n);
  tile.toggleAttribute("data-kept", isUp);
  tile.toggleAttribute("data-waiting", !isUp);
  tile.querySelector("[data-up]").hidden = !isUp;
  tile.querySelector("[data-down]").hidden = isUp || !isAtRest;
  for (const each of tile.querySelectorAll("progress, [data-share]")) each.hidden = isUp || isAtRest;
}

function forget(n, tile) {
  URL.revokeObjectURL(tile.querySelector("img").src);
  tile.remove();
  tiles.delete(n);
}
