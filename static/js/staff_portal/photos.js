// The photos of a crew's form: read from the camera, and shown with how much of each the city has. One that
// the browser cannot draw is shown as the city made it, once that has it.

import { setText } from "../lib/dom.js";
import { showWhenReady, makeTile } from "../lib/photo-preview.js";
import { showShare } from "../lib/upload.js";

/** Return a photo as the outbox keeps it, numbered after those that the form has; null where a camera or a
    gallery brought an empty file, or one that is gone.
    @type {(file: File, photos: KeptPhoto[]) => Promise<KeptPhoto | null>} */
export async function readPhoto(file, photos) {
  const bytes = await file.arrayBuffer().catch(() => new ArrayBuffer());
  if (!bytes.byteLength) return null;
  const n = 1 + Math.max(0, ...photos.map((photo) => photo.n));
  const blob = new Blob([bytes], { type: file.type });
  return { n, name: file.name || "photo.jpg", blob, taken: file.lastModified, id: null };
}

export class PhotoTiles {
  /** @type {Map<number, HTMLElement>} */
  #tiles = new Map(); // by the number of the photo

  /** `onDrop` is called with the number of a photo that a person removes. */
  constructor(/** @type {HTMLElement} */ place, /** @type {(n: number) => void} */ onDrop) {
    this.place = place;
    this.onDrop = onDrop;
  }

  show(/** @type {KeptPhoto[]} */ photos) {
    const known = photos.map(({ id }) => id);
    for (const { value, parentElement } of this.place.querySelectorAll("input[name=photo]"))
      if (known.includes(value)) parentElement.remove(); // the phone has the picture itself
    for (const [n, tile] of this.#tiles) if (!photos.some((photo) => photo.n === n)) this.#remove(n, tile);
    for (const photo of photos) {
      const tile = this.#tiles.get(photo.n) ?? this.#add(photo);
      tile.dataset.small = photo.small ?? "";
      showMadePicture(tile);
      mark(tile, Boolean(photo.id));
      setText(tile.querySelector("[data-far]"), photo.far ?? ""); // says more than that it is at the city
    }
  }

  /** Show how much of a photo is at the city, from 0 to 1. */
  showProgress(/** @type {number} */ n, /** @type {number} */ share) {
    const tile = this.#tiles.get(n);
    if (!tile) return;
    for (const each of tile.querySelectorAll("progress, [data-share]")) each.hidden = share >= 1;
    showShare(tile, share);
    tile.querySelector("[data-down]").hidden = true;
    if (share >= 1) mark(tile, true);
  }

  /** Show that nothing is on its way: what is not at the city is on this phone. */
  showAtRest(/** @type {KeptPhoto[]} */ photos) {
    for (const photo of photos) mark(this.#tiles.get(photo.n), Boolean(photo.id), true);
  }

  #add(/** @type {KeptPhoto} */ { n, blob }) {
    const tile = makeTile(document.querySelector("[data-tile]"), blob, showBlank);
    tile.querySelector(".drop").addEventListener("click", () => this.onDrop(n));
    this.#tiles.set(n, tile);
    this.place.append(tile);
    return tile;
  }

  #remove(/** @type {number} */ n, /** @type {HTMLElement} */ tile) {
    URL.revokeObjectURL(tile.querySelector("img").src);
    tile.remove();
    this.#tiles.delete(n);
  }
}

function showBlank(/** @type {HTMLElement} */ tile) {
  tile.querySelector("img").setAttribute("data-blank", "");
  showMadePicture(tile);
}

function showMadePicture(/** @type {HTMLElement} */ tile) {
  const image = tile.querySelector("img");
  if (!tile.dataset.small || !image.hasAttribute("data-blank")) return;
  URL.revokeObjectURL(image.src);
  image.removeAttribute("data-blank");
  image.setAttribute("data-pending", "");
  image.src = tile.dataset.small;
  showWhenReady(image);
}

function mark(/** @type {HTMLElement} */ tile, /** @type {boolean} */ isUp, isAtRest = false) {
  tile.toggleAttribute("data-uploaded", isUp);
  tile.toggleAttribute("data-waiting", !isUp);
  tile.querySelector("[data-up]").hidden = !isUp;
  tile.querySelector("[data-down]").hidden = isUp || !isAtRest;
  for (const each of tile.querySelectorAll("progress, [data-share]")) each.hidden = isUp || isAtRest;
}
