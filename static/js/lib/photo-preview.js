// Previews of chosen photos: those that a form has space for are shown before the server has them. A photo
// that the browser cannot show (HEIC) is shown as the server converted it, within seconds.

import { copyTemplate, fillWords } from "./template.js";

const MAX_NAMES = 5; // maximum number of photos without space that are named, as on the server
const TRIES = 12;
const PAUSE = 1500; // ms

/** Return those of `files` that a form with `count` photos has space for (`most`); name the others in `line`.
    @type {(files: File[], count: number, limits: DOMStringMap, line: HTMLElement) => File[]} */
export function takeFitting(files, count, { most, tooMany }, line) {
  const fitting = files.slice(0, Math.max(0, Number(most) - count));
  const names = files.slice(fitting.length).map((file) => file.name);
  const rest = names.splice(MAX_NAMES).length;
  if (rest) names.push(`+${rest}`);
  line.textContent = names.length ? fillWords(tooMany, { names: names.join(", ") }) : "";
  return fitting;
}

/** Return a copy of `template` with the picture `file`; call `onBlank(tile)` if the browser cannot show it.
    @type {(template: HTMLElement, file: Blob, onBlank: (tile: HTMLElement) => void) => HTMLElement} */
export function makeTile(template, file, onBlank) {
  const tile = copyTemplate(template);
  const image = tile.querySelector("img");
  image.addEventListener("error", () => onBlank(tile), { once: true });
  image.src = URL.createObjectURL(file);
  return tile;
}

/** Show a picture as soon as the server has created it. */
export async function showWhenReady(/** @type {HTMLImageElement} */ image) {
  const address = image.src;
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
    const response = await fetch(address, { method: "HEAD" }).catch(() => Response.error()); // retry later
    if (response.ok) {
      image.src = `${address}?ready`;
      image.removeAttribute("data-pending");
      return;
    }
  }
}

export function showAllWhenReady(/** @type {ParentNode} */ root) {
  const images = root.querySelectorAll("img[data-pending]");
  images.forEach(showWhenReady);
}
