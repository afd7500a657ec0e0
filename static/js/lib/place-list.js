/* A field with a list of places below it, for keyboards and screen readers. A new list is announced; the
   arrow keys move through the list and back into the field; Enter moves to the first place; Escape leaves the
   list. aria-controls of the field names its list; htmx fills the list, whose first element has its
   announcement in data-says. A field with data-place-fills gets the name of the chosen place. Without this
   module the list is buttons, and Enter sends the search. */

import { isModified, setText, take } from "./dom.js";

const FIELD = "[data-place-field]";

const findList = (/** @type {Field} */ field) => document.getElementById(field.getAttribute("aria-controls"));
const listChoices = (/** @type {HTMLElement} */ list) => [...list.querySelectorAll("button")];
/** @type {(list: HTMLElement) => HTMLInputElement | null} */
const findField = (list) =>
  list.id ? document.querySelector(`${FIELD}[aria-controls="${CSS.escape(list.id)}"]`) : null;

const stale = new WeakSet(); // fields whose list is older than their text
const hurried = new WeakSet(); // fields in which Enter was pressed before the list loaded
const settled = new WeakMap(); // field to the text that a script put there

function onInput(/** @type {Targeted<Event, HTMLInputElement>} */ { target }) {
  if (!target.matches(FIELD)) return;
  hurried.delete(target);
  settled.delete(target);
  if (target.value.trim()) stale.add(target);
  else clearList(target);
}

/* Abort a pending search, because a place was chosen. */
function onPut(/** @type {any} */ { target }) {
  stale.delete(target);
  hurried.delete(target);
  settled.set(target, target.value);
}

function dropSearch(/** @type {HtmxEvent} */ event) {
  const field = /** @type {HTMLInputElement} */ (event.detail.ctx.sourceElement);
  if (settled.has(field) && settled.get(field) === field.value) event.preventDefault();
}

function clearList(/** @type {Field} */ field) {
  stale.delete(field);
  findList(field).replaceChildren();
  announce(field, "");
}

function announce(/** @type {Field} */ field, /** @type {string} */ words) {
  setText(field.form.querySelector("[data-place-says]"), words);
}

function onSwap(/** @type {HtmxEvent} */ { detail }) {
  const list = detail.ctx.target;
  const field = list instanceof HTMLElement && findField(list);
  if (!field) return;
  stale.delete(field);
  announce(field, list.querySelector("[data-says]")?.dataset.says ?? "");
  const isLost = document.activeElement === document.body; // the button went with its list
  if (hurried.delete(field) || isLost) (listChoices(list)[0] ?? field).focus();
}

function onClick(/** @type {Targeted<MouseEvent>} */ { target }) {
  const choice = target.closest("button[data-name]");
  const list = choice?.closest("[id]"); // already removed if a map handled the choice
  const field = list && findField(list);
  if (!field || !("placeFills" in field.dataset)) return;
  field.value = choice.dataset.name;
  clearList(field);
  announce(field, choice.dataset.note ?? "");
  field.dispatchEvent(new Event("place:put", { bubbles: true }));
  field.focus();
}

function onKey(/** @type {Targeted<KeyboardEvent>} */ event) {
  if (isModified(event) || event.isComposing) return;
  const { target } = event;
  if (target.matches(FIELD)) onFieldKey(event, /** @type {HTMLInputElement} */ (target));
  else onListKey(event, target);
}

function onFieldKey(/** @type {Targeted<KeyboardEvent>} */ event, /** @type {Field} */ field) {
  const list = findList(field);
  if (event.key === "ArrowDown") moveFocus(event, listChoices(list)[0]);
  else if (event.key === "ArrowUp") moveFocus(event, listChoices(list).at(-1));
  else if (event.key === "Escape" && list.childElementCount) take(event, () => clearList(field));
  else if (event.key === "Enter" && !("pinFind" in field.dataset)) onFieldEnter(event, field, list);
}

/** @type {(event: Targeted<KeyboardEvent>, field: Field, list: HTMLElement) => void} */
function onFieldEnter(event, field, list) {
  if (stale.has(field)) take(event, () => hurried.add(field));
  else if (list.querySelector("[data-lat]")) moveFocus(event, listChoices(list)[0]);
}

function onListKey(/** @type {Targeted<KeyboardEvent>} */ event, /** @type {HTMLElement} */ choice) {
  const list = choice.closest("button")?.parentElement.closest("[id]");
  const field = list && findField(list);
  if (!field) return;
  const all = listChoices(list);
  const here = all.findIndex((each) => each === choice);
  if (event.key === "ArrowDown") moveFocus(event, all[here + 1] ?? all[0]);
  else if (event.key === "ArrowUp") moveFocus(event, all[here - 1] ?? field);
  else if (event.key === "Home") moveFocus(event, all[0]);
  else if (event.key === "End") moveFocus(event, all.at(-1));
  else if (event.key === "Escape") moveFocus(event, field);
}

function moveFocus(/** @type {Targeted<KeyboardEvent>} */ event, /** @type {HTMLElement} */ to) {
  if (to) take(event, () => to.focus());
}

/* Let Enter submit the search as without scripts, because no list will load. */
function onTrouble(/** @type {HtmxEvent} */ { detail }) {
  const field = detail.ctx?.sourceElement;
  if (!field?.matches?.(FIELD)) return;
  stale.delete(field);
  hurried.delete(field);
}

document.addEventListener("input", onInput);
document.addEventListener("click", onClick);
document.addEventListener("keydown", onKey, true);
document.addEventListener("place:put", onPut);
document.addEventListener("htmx:before:request", dropSearch);
document.addEventListener("htmx:before:swap", dropSearch);
document.addEventListener("htmx:after:swap", onSwap);
document.addEventListener("htmx:error", onTrouble);
