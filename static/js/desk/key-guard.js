/* Letters that are typed while the panel changes were meant for a field: one that is not there yet, or
   one that the change took away. They go nowhere until the hand rests, so that no word is read as a
   row of commands for another request. The times are those at which a key was pressed: on a busy
   machine it is heard later. */

import { isModified } from "../lib/dom.js";

const REST = 600; // ms without a key, after which a letter is a command again
const ALONE = ["j", "k", "enter"]; // pressed too soon these are lost, and begin no word

const state = { isLoading: false, isStray: false, at: -REST, shownAt: 0 };

/** Whether `target` takes letters itself. */
export function isTyping(/** @type {HTMLElement} */ target) {
  return (
    target.isContentEditable || target.matches("input:not([type=radio], [type=checkbox]), textarea, select")
  );
}

export const isLoading = () => state.isLoading;

export function setLoading(/** @type {boolean} */ isLoading) {
  state.isLoading = isLoading;
}

/** Ignore letters from now on until the hand rests: the panel was replaced. */
export function startGuard() {
  Object.assign(state, { isStray: true, shownAt: performance.now() });
}

function onKey(/** @type {KeyboardEvent} */ event) {
  const { key, timeStamp } = event;
  const target = /** @type {HTMLElement} */ (event.target);
  if (document.querySelector("dialog[open]")) return;
  if (isModified(event)) return key === "Enter" && noteKey(-REST, false); // it is sent
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

// Before every other listener of the desk: theirs are the document's.
window.addEventListener("keydown", onKey, true);
