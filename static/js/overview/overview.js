/* Small conveniences of the overview: a choice applies at once, selected jobs are counted, and the button
   that assigns one job appears when its person was changed. All of it works without this module. */

import { fillWords } from "../lib/template.js";
import "../lib/form-enhance.js";

/* Submit the form at a change of a select. Arrow keys change a select at each step, so keyboard users press
   the button. */
function showAtOnce(/** @type {HTMLFormElement} */ form) {
  const button = form.querySelector("[data-auto-button]");
  let byKeys = false;
  button.hidden = true;
  form.addEventListener("pointerdown", () => (byKeys = false));
  form.addEventListener("keydown", () => {
    byKeys = true;
    button.hidden = false;
  });
  form.addEventListener("change", () => byKeys || form.requestSubmit());
}

function countChosen(/** @type {HTMLElement} */ jobs) {
  const picks = [...jobs.querySelectorAll("input[name=pick]")];
  const all = jobs.querySelector("input[data-all]");
  const says = jobs.querySelector("[data-chosen]");
  if (!all) return;
  const nothing = says.textContent;
  const count = () => {
    const n = picks.filter((pick) => pick.checked).length;
    says.textContent = n ? fillWords(says.dataset.chosen, { n }) : nothing;
    all.checked = n === picks.length;
    all.indeterminate = n > 0 && n < picks.length;
  };
  all.hidden = false;
  all.addEventListener("change", () => {
    for (const pick of picks) pick.checked = all.checked;
    count();
  });
  picks.forEach((pick) => pick.addEventListener("change", count));
  count();
}

function offerWhenChanged(/** @type {HTMLButtonElement} */ button) {
  const choice = button.parentElement.querySelector("select");
  const offer = () => (button.hidden = choice.value === choice.dataset.was);
  choice.addEventListener("change", offer);
  offer();
}

document.querySelectorAll("form[data-auto]").forEach(showAtOnce);
document.querySelectorAll("[data-jobs]").forEach(countChosen);
document.querySelectorAll("button[data-give]").forEach(offerWhenChanged);
