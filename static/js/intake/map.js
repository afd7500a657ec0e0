/* The small map of a call: the pin stays in the middle, and the map moves under it. There is no pin until a
   place is known; a click on the map sets it. Without the live map the static map is shown. */

import { computeZoom } from "../map/basemap.js";
import { PinMap } from "../map/pin-map.js";

const CLOSE = 16.25; // zoom at which the streets around a corner still have names
const CALM = 250; // ms without a move before the point is used

export class IntakeMap {
  /** @type {PinMap} */
  #map = null;
  /** @type {Place | null} */
  #point = null; // the point from before the map has loaded
  #timer = 0;

  constructor(/** @type {HTMLElement} */ box, /** @type {(point: Place) => void} */ onMoved) {
    this.box = box;
    this.onMoved = onMoved;
    const drawn = { lat: Number(box.dataset.lat), lng: Number(box.dataset.lng) };
    if ("known" in box.dataset) this.#point = drawn;
    box.classList.toggle("is-placed", this.#point !== null);
    this.#start(drawn).catch((error) => console.warn("the map stays a drawing:", error));
  }

  /** Move the pin to a place whose text is known already. */
  show(/** @type {Place} */ point) {
    this.#point = point;
    this.box.classList.add("is-placed");
    this.#map?.show(point, Math.max(CLOSE, this.#map.zoom));
  }

  clear() {
    clearTimeout(this.#timer);
    this.#point = null;
    if (this.#map) this.#map.point = null;
    this.box.classList.remove("is-placed");
  }

  async #start(/** @type {Place} */ drawn) {
    this.#map = await PinMap.in(this.box, {
      point: null,
      view: { center: drawn, zoom: computeZoom(Number(this.box.dataset.scale), drawn.lat) },
      onMoved: (point) => this.#count(/** @type {Place} */ point),
      leastZoom: CLOSE - 1,
    });
    if (this.#point) this.show(this.#point);
    this.box.querySelector("[data-map-canvas]").addEventListener("keydown", ({ key }) => {
      if (key === "Enter") this.#map.put(this.#map.center);
    });
    this.box.classList.add("is-live");
  }

  #count(/** @type {Place} */ point) {
    this.#point = point;
    this.box.classList.add("is-placed");
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.onMoved(point), CALM);
  }
}
