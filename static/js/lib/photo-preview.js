// A photo is seen before the city has it. What a browser cannot draw itself (HEIC) is shown as the city
// made it, within seconds.

const TRIES = 12;
const PAUSE = 1500; // ms

/** A copy of `template` whose picture is `file`; `onBlank(tile)` is called where the browser cannot draw it. */
export function tileOf(template, file, onBlank) {
  const tile = template.content.firstElementChild.cloneNode(true);
  const image = tile.querySelector("img");
  image.addEventListener("error", () => onBlank(tile), { once: true });
  image.src = URL.createObjectURL(file);
  return tile;
}

/** For an `img[data-pending]`: until its address has the picture, it shows that it is being made. */
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

/** The same for all of them in `root`. */
export const showAllWhenReady = (root) => root.querySelectorAll("img[data-pending]").forEach(showWhenReady);
