/* What is typed during a call stays in this tab until the call is filed: a reload, a sign-in in
   between or a step back to the desk loses nothing. Each agent has a place of their own. */

import { tab } from "../lib/storage.js";

const NAME = (agent) => `intake:${agent}`;
const NEVER = ["csrfmiddlewaretoken"];

/** Keep what is typed in `form`.
    @param {HTMLFormElement} form */
export function keep(form) {
  const data = [...new FormData(form)].filter(([name]) => !NEVER.includes(name));
  tab.set(NAME(form.dataset.intake), JSON.stringify(data));
}

/** What was kept as [name, value] pairs; empty without any. What another agent left in this tab goes.
    @param {HTMLFormElement} form */
export function kept(form) {
  const mine = NAME(form.dataset.intake);
  clear((name) => name !== mine);
  return JSON.parse(tab.get(mine) ?? "[]");
}

/** Every agent's: the call is over. */
export function forget() {
  clear(() => true);
}

function clear(isMeant) {
  for (const name of tab.keys()) if (name.startsWith(NAME("")) && isMeant(name)) tab.remove(name);
}

/** Fill the controls that are in the form by now.
    @param {Element} form the form, or a part of it
    @param {[string, string][]} pairs */
export function putBack(form, pairs) {
  for (const [name, value] of pairs) {
    /** @type {NodeListOf<HTMLInputElement>} */
    const fields = form.querySelectorAll(`[name="${CSS.escape(name)}"]`);
    for (const field of fields) {
      if (["radio", "checkbox"].includes(field.type)) field.checked ||= field.value === value;
      else if (field.type !== "submit") field.value = value;
    }
  }
}
