/* Small courtesies of a form: it is sent once, its problems are heard first and go when they are
   mended, and the chosen photos are seen. All of it works without. */

import "./mended.js";
import { dressChoice } from "./photo-choice.js";
import { showAllWhenReady } from "./photo-preview.js";

function sendOnce(form) {
  form.addEventListener("submit", (event) => {
    if (form.hasAttribute("data-sent")) event.preventDefault();
    form.setAttribute("data-sent", "");
  });
}

/** For `root`, a page or a part of it that came later. */
export function dress(root) {
  root.querySelectorAll("form[data-once]").forEach(sendOnce);
  root.querySelectorAll("[data-photo-input]").forEach(dressChoice);
  showAllWhenReady(root);
  root.querySelector("[data-focus]")?.focus();
}

dress(document);

// A page that comes back from the browser's memory can send again.
window.addEventListener("pageshow", () => {
  document.querySelectorAll("[data-sent]").forEach((form) => form.removeAttribute("data-sent"));
});
