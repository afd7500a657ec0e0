/* The city's own base map in Leaflet: vectors from the city pack, no tile server needed. If a tile URL is
   set, tiles cover the vectors until they fail; the vectors are always there. Colors are in map.css; this
   module has only the rules that depend on the scale. */

import "../../vendor/leaflet/leaflet.js";
import { showNames } from "./names.js";
const EQUATOR = 40_075_016.686; // metres
const TILE_PATIENCE = 6_000; // ms without a single tile until the vector map's names are shown again
const MOST_TILE_FAILURES = 4; // failures in a row
/** @type {L.FitBoundsOptions} */
const FIT = { padding: [16, 16] };
const OPTIONS = {
  zoomControl: false,
  attributionControl: false,
  minZoom: 11,
  maxZoom: 19,
  maxBoundsViscosity: 0.7,
  keyboardPanDelta: 60,
};

// Disable animations if the person prefers reduced motion.
const STILL = matchMedia("(prefers-reduced-motion: reduce)").matches
  ? { zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false, inertia: false }
  : null;

const measureCircle = (/** @type {number} */ latitude) =>
  (EQUATOR * Math.cos((latitude * Math.PI) / 180)) / 256;

const measurePixel = (/** @type {L.Map} */ map) => measureCircle(map.getCenter().lat) / 2 ** map.getZoom();

/** Return the zoom at which a pixel is `metres` metres wide, at a latitude in degrees. */
export function computeZoom(/** @type {number} */ metres, /** @type {number} */ latitude) {
  return Math.log2(measureCircle(latitude) / metres);
}

/** Return a Leaflet map of the city in `element`. The element names its sources: `data-layers`, and
    `data-tiles` and `data-credit` if there is a tile server. `view` has `center` and `zoom`; without it, or
    far from the city, the map shows the whole city. The buttons [data-zoom] beside `element` zoom by that
    many steps. Rejects if the layers cannot be loaded.
    @type {(element: HTMLElement, view?: View, options?: L.MapOptions) => Promise<L.Map>} */
export async function baseMap(element, view = {}, options = {}) {
  const { layers: address, tiles, credit } = element.dataset;
  const response = await fetch(address);
  if (!response.ok) throw new Error(`the base map answers ${response.status}`);
  const layers = await response.json();
  const map = L.map(element, { ...OPTIONS, zoomSnap: tiles ? 1 : 0.25, ...STILL, ...options });
  if (STILL) keepStill(map);
  const bounds = L.latLngBounds(layers.outline.flat());
  const around = bounds.pad(0.6);
  if (view.center && around.contains(view.center)) map.setView(view.center, view.zoom);
  else map.fitBounds(bounds, FIT);
  if (!view.center) keepWhole(map, bounds);
  map.setMaxBounds(around);
  drawLayers(map, layers);
  if (tiles) showTiles(map, tiles, credit, () => showNames(map, layers, measurePixel));
  else showNames(map, layers, measurePixel);
  for (const button of element.parentElement.querySelectorAll("[data-zoom]"))
    button.addEventListener("click", () => map.setZoom(map.getZoom() + Number(button.dataset.zoom)));
  return map;
}

/* Disable the animated pans of Leaflet, also those of the arrow keys: Leaflet has no option for that. */
function keepStill(/** @type {L.Map} */ map) {
  const pan = map.panBy;
  map.panBy = (offset, options) => pan.call(map, offset, { ...options, animate: false });
}

/* Keep the whole city in view while the box changes size, until a person moves the map. */
function keepWhole(/** @type {L.Map} */ map, /** @type {L.LatLngBounds} */ bounds) {
  const element = map.getContainer();
  const observer = new ResizeObserver(() => {
    const around = map.options.maxBounds;
    map.setMaxBounds(null); // the map would pan back while it adapts to the new size
    map.invalidateSize({ pan: false });
    map.fitBounds(bounds, { ...FIT, animate: false });
    map.setMaxBounds(around);
  });
  observer.observe(element);
  for (const act of ["pointerdown", "wheel", "keydown"]) {
    element.addEventListener(act, () => observer.disconnect(), { passive: true });
  }
}

function drawLayers(/** @type {L.Map} */ map, /** @type {Layers} */ layers) {
  map.createPane("base").setAttribute("aria-hidden", "true");
  const common = { pane: "base", renderer: L.svg({ pane: "base", padding: 0.5 }), interactive: false };
  const area = (/** @type {L.LatLngTuple[][]} */ rings, /** @type {string} */ name) => {
    L.polygon(
      rings.map((ring) => [ring]),
      { ...common, className: `bm-${name}`, stroke: false },
    ).addTo(map);
  };
  const lines = (/** @type {Line} */ points, /** @type {string} */ name, more = {}) =>
    L.polyline(points, { ...common, className: `bm-${name}`, ...more }).addTo(map);
  const streets = (/** @type {boolean} */ isMain) =>
    layers.streets.filter((each) => each.main === isMain).map((each) => each.points);

  area(layers.outline, "land");
  for (const { kind, rings } of layers.areas) area(rings, kind);
  lines(layers.depths, "depth", { weight: 1 });
  const zones = lines(
    layers.zones.flatMap((zone) => zone.rings),
    "zone",
    { weight: 1.2, dashArray: "1 4" },
  );
  const casing = lines(streets(true), "casing");
  const minor = lines(streets(false), "street");
  const main = lines(streets(true), "street");
  lines(
    layers.outline.map((ring) => [...ring, ring[0]]),
    "line",
    { weight: 1.7 },
  );

  const widths = () => {
    const scale = measurePixel(map);
    const mainWidth = Math.max(1.6, Math.min(24, 20 / scale));
    minor.setStyle({ weight: Math.max(0.7, Math.min(13, 11 / scale)) });
    main.setStyle({ weight: mainWidth });
    casing.setStyle({ weight: scale < 6 ? mainWidth + 2 : 0, opacity: scale < 6 ? 1 : 0 });
    zones.setStyle({ opacity: scale < 2.5 ? 0 : 1 });
  };
  map.on("zoomend", widths);
  widths();
}

/** Show tiles of another server; remove them and call `instead` if the server does not answer.
    @type {(map: L.Map, address: string, credit: string | undefined, instead: () => void) => void} */
function showTiles(map, address, credit, instead) {
  const tiles = L.tileLayer(address, { maxZoom: OPTIONS.maxZoom, attribution: credit });
  let failures = 0;
  const giveUp = () => {
    clearTimeout(timer);
    tiles.off().remove();
    attribution?.remove();
    instead();
  };
  const timer = setTimeout(giveUp, TILE_PATIENCE);
  const attribution = credit ? L.control.attribution({ prefix: false }).addTo(map) : null;
  tiles.on("tileload", () => {
    clearTimeout(timer);
    failures = 0;
  });
  tiles.on("tileerror", () => {
    failures += 1;
    if (failures === MOST_TILE_FAILURES) giveUp();
  });
  tiles.addTo(map);
}
