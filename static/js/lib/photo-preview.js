// A photo is seen before the city has it. What a browser cannot draw itself (HEIC) is shown as the city
// made it, within seconds.

import { copyOf } from "./template.js";

const TRIES = 12;
const PAUSE = 1500; // ms

/** A copy of `template` whose picture is `file`; `onBlank(tile)` is called where the browser cannot draw it.
    @param {HTMLElement} template
    @param {Blob} file
    @param {(tile: HTMLElement) => void} onBlank */
export function tileOf(template, file, onBlank) {
  const tile = copyOf(template);
  const image = tile.querySelector("img");
  image.addEventListener("error", () => onBlank(tile), { once: true });
  image.src = URL.createObjectURL(file);
  return tile;
}

/** For an `img[data-pending]`: until its address has the picture, it shows that it is being made.
    @param {HTMLImageElement} image */
export async function showWhenReady(image) {
  const address = image.src;
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
    const response = await fetch(address, { method: "HEAD" }).catch(() => null); // offline: later
    if (response?.ok) {
      image.src = `${address}?ready`;
      image.removeAttribute("data-pending");
      return;
    }
  }
}

/** The same for all of them in `root`.
    @param {ParentNode} root */
export function showAllWhenReady(root) {
  /** @type {NodeListOf<HTMLImageElement>} */
  const images = root.querySelectorAll("img[data-pending]");
  images.forEach(showWhenReady);
}
