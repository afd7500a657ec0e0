// Photos in full screen, one after the other: buttons, arrow keys and swipes show the next one. Without this
// module the link of a photo opens the picture itself.

import { all, isModified, on } from "./dom.js";

const SWIPE = 40; // px

export class PhotoViewer {
  /** @type {HTMLAnchorElement[]} */
  #links = [];
  #index = 0;

  /** Show photos in `dialog` when their links are clicked. The dialog has an img, [data-previous] and
      [data-next]. */
  constructor(/** @type {HTMLDialogElement} */ dialog, /** @type {ViewerOptions} */ options) {
    this.dialog = dialog;
    this.picture = dialog.querySelector("img");
    this.options = options;
    on("click", options.links, (link, event) => this.#open(/** @type {HTMLAnchorElement} */ (link), event));
    dialog.querySelector("[data-previous]").addEventListener("click", () => this.turn(-1));
    dialog.querySelector("[data-next]").addEventListener("click", () => this.turn(1));
    dialog.addEventListener("keydown", (event) => this.#onKey(event));
    dialog.addEventListener("close", () => this.picture.removeAttribute("src"));
  }

  #open(/** @type {HTMLAnchorElement} */ link, /** @type {MouseEvent} */ event) {
    if (isModified(event) || event.shiftKey) return;
    event.preventDefault();
    const { links: selector, sameAs } = this.options;
    const links = /** @type {HTMLAnchorElement[]} */ (all(selector));
    const firstOf = (/** @type {HTMLAnchorElement} */ photo) =>
      links.find((each) => sameAs(each) === sameAs(photo));
    this.#links = links.filter((each) => each === firstOf(each));
    this.dialog.showModal();
    this.#show(this.#links.indexOf(firstOf(link)));
  }

  /** Show the next photo (1), or the previous one (-1). */
  turn(/** @type {number} */ step) {
    this.#show(this.#index + step);
  }

  /** Show another photo if a finger moved far enough (pixels to the right); return whether it did. */
  swipe(/** @type {number} */ moved) {
    const isSwipe = Math.abs(moved) > SWIPE && this.#links.length > 1;
    if (isSwipe) this.turn(-Math.sign(moved));
    return isSwipe;
  }

  #show(/** @type {number} */ index) {
    const count = this.#links.length;
    this.#index = (index + count) % count;
    const link = this.#links[this.#index];
    this.picture.src = link.href;
    this.options.describe(link, this.#index + 1, count);
  }

  #onKey(/** @type {KeyboardEvent} */ event) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step || isModified(event)) return;
    event.preventDefault();
    this.turn(step);
  }
}
