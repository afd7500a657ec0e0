/* Add a job to the day plan, or remove it, without leaving the list: the form's response is the opposite
   button. */

import { fetchAhead } from "./prefetch-day.js";
import { on } from "../lib/dom.js";

const says = document.querySelector("[data-pick-says]");

function showWords(/** @type {string} */ words) {
  if (!says) return;
  says.textContent = words;
  says.hidden = !words;
}

function swapForms(/** @type {HTMLFormElement} */ form, /** @type {string} */ html) {
  const made = document.createElement("template");
  made.innerHTML = html; // the HTML is the server's
  const other = made.content.querySelector("form");
  form.replaceWith(other);
  other.querySelector("button").focus({ preventScroll: true });
  const step = other.action.endsWith("/removals/") ? 1 : -1;
  if (step > 0) fetchAhead([new URL(`../../${other.elements.job.value}/`, other.action).href]);
  for (const count of document.querySelectorAll("[data-planned]")) {
    count.textContent = String(Number(count.textContent) + step);
  }
}

async function sendPick(/** @type {HTMLFormElement} */ form) {
  const options = { method: "POST", body: new FormData(form), headers: { "X-Requested-With": "fetch" } };
  const answer = await fetch(form.action, options);
  if (answer.status === 422) showWords(await answer.text());
  else if (answer.ok && !answer.redirected) swapForms(form, await answer.text());
  else form.submit(); // signed out, or gone: the full page shows it better
}

on("submit", "form[data-pick]", async (form, event) => {
  event.preventDefault();
  if (form.hasAttribute("data-busy")) return;
  form.setAttribute("data-busy", "");
  showWords("");
  try {
    await sendPick(form);
  } catch {
    showWords(form.dataset.failed);
  }
  form.removeAttribute("data-busy");
});
