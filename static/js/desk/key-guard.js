/* Ignore letters that are typed while the panel changes. They were meant for a field that has not loaded yet
   or that the swap removed. They are ignored until typing pauses, so that no word is read as a series of
   commands for another request. The module uses the time at which a key was pressed: on a busy machine the
   event is handled later. */

import { isModified } from "../lib/dom.js";

const REST = 600; // ms without a key, after which a letter is a command again
const ALONE = ["j", "k", "enter"]; // keys that are ignored if pressed too soon, but do not begin a word

const state = { isLoading: false, isStray: false, at: -REST, shownAt: 0 };

/** Return whether `target` accepts typed letters. */
export function isTyping(/** @type {HTMLElement} */ target) {
  return (
    target.isContentEditable || target.matches("input:not([type=radio], [type=checkbox]), textarea, select")
  );
}

export const isLoading = () => state.isLoading;

export function setLoading(/** @type {boolean} */ isLoading) {
  state.isLoading = isLoading;
}

/** Ignore letters from now on until typing pauses, because the panel was replaced. */
export function startGuard() {
  Object.assign(state, { isStray: true, shownAt: performance.now() });
}

function onKey(/** @type {KeyboardEvent} */ event) {
  const { key, timeStamp } = event;
  const target = /** @type {HTMLElement} */ (event.target);
  if (document.querySelector("dialog[open]")) return;
  if (isModified(event)) return key === "Enter" && noteKey(-REST, false); // the form is being sent
  if (key.length > 1 && key !== "Enter") return;
  if (isTyping(target)) return noteKey(key === "Enter" ? -REST : timeStamp, false);
  const isStray = state.isStray && timeStamp - state.at < REST;
  const isEarly = state.isLoading || timeStamp < state.shownAt;
  if (!isStray && !isEarly) return noteKey(-REST, false);
  event.preventDefault();
  event.stopImmediatePropagation();
  if (isStray || !ALONE.includes(key.toLowerCase())) noteKey(timeStamp, true);
}

function noteKey(/** @type {number} */ at, /** @type {boolean} */ isStray) {
  Object.assign(state, { at, isStray });
}

// Run before every other listener of the desk: those listen on the document.
window.addEventListener("keydown", onKey, true);
