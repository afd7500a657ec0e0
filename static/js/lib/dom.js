// Functions for elements of a page that several modules use.

/** @type {<S extends string>(selector: S) => Found<S>} */
export const $ = (selector) => document.querySelector(selector);
/** @type {<S extends string>(selector: S) => Found<S>[]} */
export const all = (selector) => [...document.querySelectorAll(selector)];

/** Return `words` in lower case without accents, for searches in names. */
export const foldWords = (/** @type {string} */ words) =>
  words.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/** Set the text of `element` if it changed: a screen reader announces each text that is written. */
export function setText(/** @type {Element} */ element, /** @type {string} */ words) {
  if (element.textContent !== words) element.textContent = words;
}

/** Call `act(element, event)` for an event in an element that matches `selector`, also in elements added
    later.
    @type {OnEvent} */
export function on(type, selector, act, options) {
  const listener = (/** @type {any} */ event) => {
    const element = event.target.closest?.(selector);
    if (element) act(element, event);
  };
  document.addEventListener(type, listener, options);
}

/** Return whether a modifier key is pressed, so that the browser handles the key or click. */
export const isModified = (/** @type {KeyboardEvent | MouseEvent} */ event) =>
  event.ctrlKey || event.metaKey || event.altKey;

/** Call `act` and prevent the browser's default action and other listeners. */
export function take(/** @type {Event} */ event, /** @type {() => void} */ act) {
  event.preventDefault();
  event.stopPropagation();
  act();
}
