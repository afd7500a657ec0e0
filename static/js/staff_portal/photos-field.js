// The photos of a form of the job's page: chosen from the camera or the gallery, shown as they are kept.

import { notAdded, parted } from "../lib/photo-room.js";
import { showAtRest, showPhotos, showProgress } from "./photos.js";

/** Takes over the photos field of `form`; undefined where it has none. `add(files)` and `drop(number)` keep
    what is chosen. Returns {show, showProgress, showAtRest, complain, sayNothingCame}.
    @param {HTMLFormElement} form
    @param {{add: (files: File[]) => Promise<void>, drop: (n: number) => void}} acts */
export function dressPhotosField(form, { add, drop }) {
  const field = form.querySelector("[data-photos-field]");
  if (!field) return undefined;
  const place = field.querySelector("[data-photos]");
  const complain = (words) => (field.querySelector("[data-problem]").textContent = words);
  let shown = [];

  async function choose(input) {
    const files = [...input.files];
    input.value = "";
    const kept = place.querySelectorAll("[name=photo]:checked").length; // of an earlier try
    const [fitting, left] = parted(files, Number(field.dataset.most) - shown.length - kept);
    complain(notAdded(field.dataset.tooMany, left));
    await add(fitting);
  }

  function show(photos) {
    shown = photos;
    const known = photos.map(({ id }) => id);
    /** @type {NodeListOf<HTMLInputElement>} */
    const there = place.querySelectorAll("[name=photo]");
    for (const { value, parentElement } of there) if (known.includes(value)) parentElement.remove(); // the phone has the picture itself
    showPhotos(place, photos, drop);
  }

  for (const input of field.querySelectorAll("[data-add]"))
    input.addEventListener("change", () => choose(input));
  return {
    show,
    complain,
    showProgress: (n, share) => showProgress(place, n, share),
    showAtRest: (photos) => showAtRest(place, photos),
    sayNothingCame: () => complain(field.dataset.nothing),
  };
}
