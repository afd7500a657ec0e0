// The photos chosen for a form that sends them itself: each has a preview and can be removed before the form
// is sent. A photo that the browser cannot show is uploaded before the form, and the server's version is
// shown. Without this module the browser shows the number of photos.

import { fillWords } from "./template.js";
import { showWhenReady, takeFitting, makeTile } from "./photo-preview.js";
import { takeBack, uploadPhoto } from "./photo-upload.js";

/** Show the photos chosen with a group of file inputs. The last input holds the files of all of them. */
export function showChosenPhotos(/** @type {HTMLElement} */ group) {
  const root = group.parentElement;
  const inputs = /** @type {HTMLInputElement[]} */ ([...group.querySelectorAll("[type=file]")]);
  const holder = inputs.at(-1);
  const place = root.querySelector("[data-chosen-photos]");
  const leftOut = root.querySelector("[data-photos-left]");
  const says = root.querySelector("[data-chosen]");
  const tiles = /** @type {Map<File, HTMLElement>} */ (new Map()); // chosen file to its tile
  const apart = new Set(); // files that are not sent with the form: the server has them, or refused them
  const ends = /** @type {Map<File, AbortController>} */ (new Map()); // what aborts the upload of a file
  let queue = Promise.resolve(); // uploads run one at a time

  function addFiles(/** @type {File[]} */ files) {
    const sent = root.querySelectorAll("[name=photo]:checked").length;
    const fitting = takeFitting(files, sent + tiles.size, group.dataset, leftOut);
    for (const file of fitting) tiles.set(file, addTile(file));
    updateInputs();
  }

  function updateInputs() {
    const files = new DataTransfer();
    for (const file of tiles.keys()) if (!apart.has(file)) files.items.add(file);
    for (const input of inputs) input.value = "";
    holder.files = files.files;
    place.hidden = !tiles.size;
    const names = [...tiles.keys()].map((file) => file.name).join(", ");
    says.textContent = names && fillWords(says.dataset.chosen, { names });
  }

  function addTile(/** @type {File} */ file) {
    const template = root.querySelector("[data-chosen-photo]");
    const tile = makeTile(template, file, () => showBlank(file, tile));
    tile.querySelector("button").addEventListener("click", () => removeFile(file));
    place.append(tile);
    return tile;
  }

  function showBlank(/** @type {File} */ file, /** @type {HTMLElement} */ tile) {
    tile.classList.add("photo--blank");
    writeLine(tile, file.name);
    ends.set(file, new AbortController());
    queue = queue.then(() => sendToBeDrawn(file)).catch(reportError);
  }

  /* Upload the photo so that the server converts it. If the server cannot be reached, the photo stays in the
     form and its name is shown. */
  async function sendToBeDrawn(/** @type {File} */ file) {
    const end = ends.get(file);
    if (!end || end.signal.aborted) return;
    const xhr = await uploadPhoto(group.dataset.photosAt, file, { signal: end.signal });
    ends.delete(file);
    const isWanted = tiles.has(file) && !end.signal.aborted;
    if (xhr.status === 201) showDrawnTile(file, parseTile(xhr.responseText), isWanted);
    else if (xhr.status === 422 && isWanted) showRefusal(file, JSON.parse(xhr.responseText).problems[0]);
  }

  const parseTile = (/** @type {string} */ html) =>
    document.adoptNode(new DOMParser().parseFromString(html, "text/html").querySelector("li"));

  /** @type {(file: File, tile: HTMLElement, isWanted: boolean) => unknown} */
  function showDrawnTile(file, tile, isWanted) {
    const button = tile.querySelector("[data-remove]");
    if (!isWanted) return takeBackPhoto(button);
    button.addEventListener("click", () => {
      removeFile(file);
      takeBackPhoto(button);
    });
    URL.revokeObjectURL(tiles.get(file).querySelector("img").src);
    tiles.get(file).replaceWith(tile);
    tiles.set(file, tile);
    apart.add(file);
    updateInputs();
    const image = tile.querySelector("img[data-pending]");
    return image && showWhenReady(image);
  }

  function showRefusal(/** @type {File} */ file, /** @type {string} */ words) {
    const tile = tiles.get(file);
    tile.classList.add("photo--refused");
    writeLine(tile, words);
    apart.add(file);
    updateInputs();
    says.textContent = words;
  }

  /* Delete a photo from the server. If the request fails, the server deletes the photo later, because no form
     names it. */
  const takeBackPhoto = (/** @type {HTMLElement} */ { dataset }) => takeBack(dataset.remove).catch(() => {});

  function removeFile(/** @type {File} */ file) {
    const tile = tiles.get(file);
    ends.get(file)?.abort();
    URL.revokeObjectURL(tile.querySelector("img").src);
    tile.remove();
    tiles.delete(file);
    leftOut.textContent = ""; // there is space again
    updateInputs();
    holder.focus({ preventScroll: true });
  }

  group.addEventListener("change", ({ target }) => addFiles([...target.files]));
  // Photos stay unchanged during their upload.
  group.addEventListener("photos:going", () => {
    for (const end of ends.values()) end.abort();
    for (const tile of tiles.values()) tile.querySelector("button").hidden = true;
    tiles.clear();
  });
  addFiles(inputs.flatMap((input) => [...input.files])); // chosen before this module had loaded
}

function writeLine(/** @type {HTMLElement} */ tile, /** @type {string} */ words) {
  const line = tile.querySelector("p");
  line.hidden = false;
  line.textContent = words;
}
