/* Enhance a form: prevent double submission, focus its error summary, remove errors once they are fixed, and
   show photos that the server is still processing. Everything works without this module. */

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

/** Enhance `root`, a page or a part that was added later. */
export function enhance(/** @type {ParentNode} */ root) {
  root.querySelectorAll("form[data-once]").forEach(sendOnce);
  showPhotos(root);
  root.querySelector("[data-focus]")?.focus();
}

enhance(document);

// A page that the browser restores from its cache can send its form again.
window.addEventListener("pageshow", () => {
  document.querySelectorAll("[data-sent]").forEach((form) => form.removeAttribute("data-sent"));
});
