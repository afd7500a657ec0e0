/* On or off my day without leaving the list: the form's answer is the other button. */

import { keepAhead } from "./prefetch-day.js";

const says = document.querySelector("[data-pick-says]");

function tell(/** @type {string} */ words) {
  if (!says) return;
  says.textContent = words;
  says.hidden = !words;
}

function swap(/** @type {HTMLFormElement} */ form, /** @type {string} */ html) {
  const made = document.createElement("template");
  made.innerHTML = html; // the server's own form
  const other = made.content.querySelector("form");
  form.replaceWith(other);
  other.querySelector("button").focus({ preventScroll: true });
  const step = other.action.endsWith("/removals/") ? 1 : -1;
  if (step > 0) keepAhead([new URL(`../../${other.elements.job.value}/`, other.action).href]);
  for (const count of document.querySelectorAll("[data-planned]")) {
    count.textContent = String(Number(count.textContent) + step);
  }
}

async function pick(/** @type {HTMLFormElement} */ form) {
  const options = { method: "POST", body: new FormData(form), headers: { "X-Requested-With": "fetch" } };
  const answer = await fetch(form.action, options);
  if (answer.status === 422) tell(await answer.text());
  else if (answer.ok && !answer.redirected) swap(form, await answer.text());
  else form.submit(); // signed out, or gone: the whole page says it better
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-pick]")) return;
  event.preventDefault();
  if (form.hasAttribute("data-busy")) return;
  form.setAttribute("data-busy", "");
  tell("");
  try {
    await pick(form);
  } catch {
    tell(form.dataset.failed);
  }
  form.removeAttribute("data-busy");
});
