/* The small map of a call: the pin stays in the middle, the map moves under it. Until a place is known
   there is no pin, and a press on the map puts it there. Without the map the drawing stands. */

import { baseMap, zoomFor } from "../map/basemap.js";

const CLOSE = 16.25; // at which the streets around a corner still have their names
const CALM = 250; // ms of rest until the point counts
/** @type {L.MapOptions} */
const AROUND_THE_PIN = { scrollWheelZoom: "center", doubleClickZoom: "center", touchZoom: "center" };

export class IntakeMap {
  #map = null;
  #point = null;
  #zoom = 0;
  #isQuiet = false;
  #timer = 0;

  /** `onMoved({lat, lng})`: somebody put the pin there.
      @param {HTMLElement} box
      @param {(point: Place) => void} onMoved */
  constructor(box, onMoved) {
    this.box = box;
    this.onMoved = onMoved;
    if ("known" in box.dataset) this.#point = this.#drawn;
    box.classList.toggle("is-placed", this.#point !== null);
    this.#start().catch((error) => console.warn("the map stays a drawing:", error));
  }

  /** Put the pin on a place that is known by its words.
      @param {Place} point */
  show(point) {
    this.#put(point);
    if (this.#map)
      this.#quietly(() => this.#map.setView(point, Math.max(CLOSE, this.#map.getZoom()), { animate: false }));
  }

  /** No place is known any more. */
  clear() {
    clearTimeout(this.#timer);
    this.#point = null;
    this.box.classList.remove("is-placed");
  }

  get #drawn() {
    return { lat: Number(this.box.dataset.lat), lng: Number(this.box.dataset.lng) };
  }

  #put(point) {
    this.#point = point;
    this.box.classList.add("is-placed");
  }

  #quietly(act) {
    this.#isQuiet = true;
    act();
    this.#isQuiet = false;
    this.#zoom = this.#map.getZoom();
  }

  async #start() {
    const canvas = this.box.querySelector("[data-map-canvas]");
    const zoom = zoomFor(Number(this.box.dataset.scale), this.#drawn.lat);
    this.#map = await baseMap(canvas, { center: this.#drawn, zoom }, AROUND_THE_PIN);
    this.#map.setMaxBounds(null); // a map that glides back by itself would move the point
    this.#zoom = this.#map.getZoom();
    if (this.#point) this.show(this.#point);
    this.#listen(canvas);
    this.box.classList.add("is-live");
  }

  #listen(canvas) {
    const by = (step) => () =>
      this.#map.setView(this.#point ?? this.#map.getCenter(), this.#map.getZoom() + step);
    this.box.querySelector("[data-zoom-in]").addEventListener("click", by(1));
    this.box.querySelector("[data-zoom-out]").addEventListener("click", by(-1));
    this.#map.on("click", ({ latlng }) => this.#pin(latlng));
    this.#map.on("moveend", () => this.#moved());
    canvas.addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.#pin(this.#map.getCenter());
    });
  }

  #pin({ lat, lng }) {
    this.#quietly(() =>
      this.#map.setView({ lat, lng }, Math.max(this.#map.getZoom(), CLOSE - 1), { animate: false }),
    );
    this.#count({ lat, lng });
  }

  #moved() {
    if (this.#isQuiet) return;
    const isZoom = this.#map.getZoom() !== this.#zoom;
    this.#zoom = this.#map.getZoom();
    if (isZoom || !this.#point) return;
    const { lat, lng } = this.#map.getCenter();
    this.#count({ lat, lng });
  }

  #count(point) {
    this.#put(point);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.onMoved(point), CALM);
  }
}
