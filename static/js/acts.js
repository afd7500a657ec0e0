/* Small courtesies of a form: it is sent once, its problems are heard first, and the names of the
   chosen photos are said. All of it works without. */

import { notAdded, trim } from "./photo-room.js";

function sendOnce(form) {
  form.addEventListener("submit", (event) => {
    if (form.hasAttribute("data-sent")) event.preventDefault();
    form.setAttribute("data-sent", "");
  });
}

function sayChosen(group) {
  const says = group.parentElement.querySelector("[data-chosen]");
  const leftOut = group.parentElement.querySelector("[data-photos-left]");
  group.addEventListener("change", ({ target }) => {
    const inputs = [...group.querySelectorAll("[type=file]")];
    const others = inputs.filter((input) => input !== target).flatMap((input) => [...input.files]);
    const before = group.parentElement.querySelectorAll("[name=photo]:checked");
    const room = Number(group.dataset.most) - before.length - others.length;
    leftOut.textContent = notAdded(group.dataset.tooMany, trim(target, room));
    const files = inputs.flatMap((input) => [...input.files]);
    const names = files.map((file) => file.name).join(", ");
    says.textContent = names && says.dataset.chosen.replace("{names}", names);
  });
}

/** For `root`, a page or a part of it that came later. */
export function dress(root) {
  root.querySelectorAll("form[data-once]").forEach(sendOnce);
  root.querySelectorAll("[data-photo-input]").forEach(sayChosen);
  root.querySelector("[data-focus]")?.focus();
}

dress(document);

// A page that comes back from the browser's memory can send again.
window.addEventListener("pageshow", () => {
  document.querySelectorAll("[data-sent]").forEach((form) => form.removeAttribute("data-sent"));
});
