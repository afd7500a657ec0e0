/* Drafts of a call: what is typed is stored in this tab until the call is filed, so that a reload, a sign-in
   or a return to the desk loses nothing. Each agent has a separate draft. */

import { DraftStore } from "../lib/draft-store.js";
import { isTick, readValues } from "../lib/form-values.js";
import { tab } from "../lib/storage.js";

const drafts = new DraftStore(tab, "call:");

export const keepCall = (/** @type {HTMLFormElement} */ form) =>
  drafts.write(form.dataset.intake, readValues(form));

/** Return the stored pairs; an empty list if there are none. Delete the drafts of other agents in this
    tab. */
export function readCall(/** @type {HTMLFormElement} */ form) {
  drafts.forget((agent) => agent !== form.dataset.intake);
  return drafts.read(form.dataset.intake) ?? [];
}

export const forgetCalls = () => drafts.forget(() => true);

/** Fill the controls that exist in the form or in a part of it.
    @type {(form: Element, pairs: Pair[]) => void} */
export function putValuesBack(form, pairs) {
  for (const [name, value] of pairs) {
    /** @type {NodeListOf<HTMLInputElement>} */
    const fields = form.querySelectorAll(`[name="${CSS.escape(name)}"]`);
    for (const field of fields) {
      if (isTick(field)) field.checked ||= field.value === value;
      else if (field.type !== "submit") field.value = value;
    }
  }
}
