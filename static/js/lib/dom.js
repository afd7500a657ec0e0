// Acts on the elements of a page that several modules share.

/** @type {<S extends string>(selector: S) => Found<S>} */
export const $ = (selector) => document.querySelector(selector);
/** @type {<S extends string>(selector: S) => Found<S>[]} */
export const all = (selector) => [...document.querySelectorAll(selector)];

/** Return `words` in small letters without accents, so that typing finds names. */
export const foldWords = (/** @type {string} */ words) =>
  words.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/** Write only what is new: a screen reader says each text that is written. */
export function setText(/** @type {Element} */ element, /** @type {string} */ words) {
  if (element.textContent !== words) element.textContent = words;
}

/** Call `act(element, event)` at an event in an element that matches `selector`, also one that comes later.
    @type {OnEvent} */
export function on(type, selector, act, options) {
  const listener = (/** @type {any} */ event) => {
    const element = event.target.closest?.(selector);
    if (element) act(element, event);
  };
  document.addEventListener(type, listener, options);
}

/** Whether a key or a click is pressed with another key, and so is the browser's. */
export const isModified = (/** @type {KeyboardEvent | MouseEvent} */ event) =>
  event.ctrlKey || event.metaKey || event.altKey;

/** Do `act` in place of what the browser and other listeners would do. */
export function take(/** @type {Event} */ event, /** @type {() => void} */ act) {
  event.preventDefault();
  event.stopPropagation();
  act();
}
