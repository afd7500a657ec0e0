/* A map that moves under a pin in the middle of its box, so that no thumb covers the place. */

import { baseMap } from "./basemap.js";
import { fetchJson } from "../lib/api.js";

const CALM = 250; // ms without a move before the point is described

/** @type {L.MapOptions} */
const AROUND_THE_PIN = { scrollWheelZoom: "center", doubleClickZoom: "center", touchZoom: "center" };

export class PinMap {
  #map;
  #onMoved;
  #leastZoom;
  #zoom = 0; // at the last move
  #isQuiet = false; // true while this module moves the map
  #asking = new AbortController(); // aborts the request for a description
  point; // the point under the pin; null as long as no place is known

  /** Open a map in `box`, in its [data-map-canvas], around `point` or, if that is null, around `view.center`.
      `onMoved(point)` is called when a person moves or taps the map. A tap zooms to at least `leastZoom`.
      Rejects if the map cannot be loaded. */
  static async in(/** @type {HTMLElement} */ box, /** @type {PinMapOptions} */ options) {
    const leaflet = { ...AROUND_THE_PIN, ...options.options };
    const map = await baseMap(box.querySelector("[data-map-canvas]"), options.view, leaflet);
    return new PinMap(map, options);
  }

  /** @private */
  constructor(/** @type {L.Map} */ map, /** @type {PinMapOptions} */ { point, onMoved, leastZoom = 0 }) {
    this.#map = map;
    this.#onMoved = onMoved;
    this.#leastZoom = leastZoom;
    this.#zoom = map.getZoom();
    this.point = point;
    this.around = /** @type {L.LatLngBounds} */ (map.options.maxBounds); // the city and its neighborhood
    map.setMaxBounds(null); // a map that pans back would move the point
    map.on("moveend", () => this.#moved());
    map.on("click", ({ latlng: { lat, lng } }) => this.put({ lat, lng }));
  }

  get zoom() {
    return this.#map.getZoom();
  }

  get center() {
    const { lat, lng } = this.#map.getCenter();
    return { lat, lng };
  }

  /** Move `point` under the pin, without calling `onMoved`. */
  show(/** @type {Place} */ point, zoom = this.zoom) {
    this.point = point;
    this.#quietly(() => this.#map.setView(point, zoom, { animate: false }));
  }

  /** Move `point` under the pin and call `onMoved`, as for a tap. */
  put(/** @type {Place} */ point) {
    this.show(point, Math.max(this.zoom, this.#leastZoom));
    this.#onMoved(point);
  }

  /** Resolves to the server's name for the point, requested from `address` once the map has stopped moving,
      or at once. Resolves to null if there is no response, or if a later request replaced it.
      @type {(address: string, isAtOnce?: boolean) => Promise<PlaceWords | null>} */
  async describe(address, isAtOnce = false) {
    this.stopDescribing();
    const { signal } = (this.#asking = new AbortController());
    if (!isAtOnce) await new Promise((go) => setTimeout(go, CALM));
    if (signal.aborted) return null;
    const asked = new URL(address, location.href);
    asked.searchParams.set("lat", this.point.lat.toFixed(6));
    asked.searchParams.set("lng", this.point.lng.toFixed(6));
    const found = await fetchJson(asked, { signal });
    return found.status === 200 && !signal.aborted ? found : null;
  }

  stopDescribing() {
    this.#asking.abort();
  }

  /** Adapt the map to a new size of its box; the point stays under the pin. */
  resize() {
    this.#quietly(() => {
      this.#map.invalidateSize({ pan: false });
      if (this.point) this.#map.setView(this.point, this.zoom, { animate: false });
    });
  }

  #quietly(/** @type {() => void} */ act) {
    this.#isQuiet = true;
    act();
    this.#isQuiet = false;
    this.#zoom = this.zoom;
  }

  #moved() {
    if (this.#isQuiet) return;
    const isZoom = this.zoom !== this.#zoom;
    this.#zoom = this.zoom;
    if (isZoom || !this.point) return; // zoomed around the pin: the point and its accuracy stay
    this.point = this.center;
    this.#onMoved(this.point);
  }
}
