/* Small courtesies of a form: it is sent once, its problems are heard first and go when they are
   mended, and the chosen photos are seen. All of it works without. */

import "./error-lines.js";
import { showAllWhenReady } from "./photo-preview.js";

function sendOnce(form) {
  form.addEventListener("submit", (event) => {
    if (form.hasAttribute("data-sent")) event.preventDefault();
    form.setAttribute("data-sent", "");
  });
}

async function dressPhotos(groups) {
  if (!groups.length) return;
  const { dressChoice } = await import("./photo-choice.js");
  groups.forEach(dressChoice);
}

/** For `root`, a page or a part of it that came later. */
export function dress(root) {
  root.querySelectorAll("form[data-once]").forEach(sendOnce);
  dressPhotos(root.querySelectorAll("[data-photo-input]"));
  showAllWhenReady(root);
  root.querySelector("[data-focus]")?.focus();
}

dress(document);

// A page that comes back from the browser's memory can send again.
window.addEventListener("pageshow", () => {
  document.querySelectorAll("[data-sent]").forEach((form) => form.removeAttribute("data-sent"));
});
