/* Improves a form: it is sent once, its problems are heard first and go when they are mended, and photos
   that the city is still preparing appear. Everything works without this module. */

import "./error-lines.js";

function sendOnce(/** @type {HTMLFormElement} */ form) {
  form.addEventListener("submit", (event) => {
    if (form.hasAttribute("data-sent")) event.preventDefault();
    form.setAttribute("data-sent", "");
  });
}

async function showPhotos(/** @type {ParentNode} */ root) {
  if (!root.querySelector("img[data-pending]")) return;
  const { showAllWhenReady } = await import("./photo-preview.js");
  showAllWhenReady(root);
}

/** For `root`, a page or a part of it that came later. */
export function enhance(/** @type {ParentNode} */ root) {
  root.querySelectorAll("form[data-once]").forEach(sendOnce);
  showPhotos(root);
  root.querySelector("[data-focus]")?.focus();
}

enhance(document);

// A page that comes back from the browser's memory can send again.
window.addEventListener("pageshow", () => {
  document.querySelectorAll("[data-sent]").forEach((form) => form.removeAttribute("data-sent"));
});
