// The photos of a crew's form: read from the camera, and shown with the progress of each upload. A photo that
// the browser cannot show is shown as the server converted it, once the server has it.

import { setText } from "../lib/dom.js";
import { showWhenReady, makeTile } from "../lib/photo-preview.js";
import { showShare } from "../lib/upload.js";

/** Return a photo as the outbox stores it, numbered after those in the form; null if a camera or gallery
    returned an empty or missing file.
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
      if (known.includes(value)) parentElement.remove(); // the phone has the file itself
    for (const [n, tile] of this.#tiles) if (!photos.some((photo) => photo.n === n)) this.#remove(n, tile);
    for (const photo of photos) {
      const tile = this.#tiles.get(photo.n) ?? this.#add(photo);
      tile.dataset.small = photo.small ?? "";
      showMadePicture(tile);
      mark(tile, Boolean(photo.id));
      setText(tile.querySelector("[data-far]"), photo.far ?? ""); // more precise than "sent"
    }
  }

  /** Show the share of a photo that was uploaded, from 0 to 1. */
  showProgress(/** @type {number} */ n, /** @type {number} */ share) {
    const tile = this.#tiles.get(n);
    if (!tile) return;
    for (const each of tile.querySelectorAll("progress, [data-share]")) each.hidden = share >= 1;
    showShare(tile, share);
    tile.querySelector("[data-down]").hidden = true;
    if (share >= 1) mark(tile, true);
  }

  /** Show that no upload is running: what is not on the server is on this phone. */
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
