// Show the photos of a job in full screen at a tap.

import { PhotoViewer } from "../lib/photo-viewer.js";

const dialog = document.querySelector("dialog[data-viewer]");

if (dialog) {
  const viewer = new PhotoViewer(dialog, { links: "a[data-photo]", sameAs: ({ href }) => href, describe });
  let began = /** @type {number | null} */ (null);
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  viewer.picture.addEventListener("pointerdown", ({ clientX }) => (began = clientX));
  viewer.picture.addEventListener("pointerup", ({ clientX }) => {
    if (began !== null) viewer.swipe(clientX - began);
    began = null;
  });
}

/** @type {Describe} */
function describe({ dataset }, number, count) {
  const { photo } = dataset;
  dialog.querySelector("img").alt = photo;
  dialog.querySelector("[data-viewer-says]").textContent = photo;
  dialog.querySelector("[data-viewer-count]").textContent = `${number} / ${count}`;
  for (const part of dialog.querySelectorAll("[data-many]")) part.hidden = count < 2;
}
