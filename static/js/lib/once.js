/* Small courtesies of a form: it is sent once, its problems are heard first and go when they are
   mended, and the chosen photos are seen. All of it works without. */

const PROBLEM = ".errsum, .usa-error-message";

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

async function showPhotos(pending) {
  if (!pending.length) return;
  const { showWhenReady } = await import("./photo-preview.js");
  pending.forEach(showWhenReady);
}

/** For `root`, a page or a part of it that came later. */
export function dress(root) {
  root.querySelectorAll("form[data-once]").forEach(sendOnce);
  dressPhotos(root.querySelectorAll("[data-photo-input]"));
  showPhotos(root.querySelectorAll("img[data-pending]"));
  if (root.querySelector(PROBLEM)) import("./error-lines.js");
  root.querySelector("[data-focus]")?.focus();
}

dress(document);

// A page that comes back from the browser's memory can send again.
window.addEventListener("pageshow", () => {
  document.querySelectorAll("[data-sent]").forEach((form) => form.removeAttribute("data-sent"));
});
