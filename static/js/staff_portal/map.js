/* The list as a map: pins with the numbers of the list. A tap shows the job's card below the map. If pins
   would touch, one ring replaces them until the map is zoomed in. */

import { fillWords } from "../lib/template.js";

const CELL = 40; // px: pins closer than this are merged into one ring
const CLOSEST = 18; // zoom at which pins that still touch are at one place
/** @type {L.FitBoundsOptions} */
const ALL = { padding: [36, 36], maxZoom: 16 };

const box = document.querySelector("[data-crew-map]");
const canvas = box.querySelector("[data-map-canvas]");
/** @type {L.Map} */
let map;
let chosen = /** @type {number[]} */ ([]); // the numbers whose cards are shown
const hint = document.querySelector("[data-map-hint]");
const list = document.querySelector("[data-jobs]");
/** @type {CrewPin[]} */
const pins = JSON.parse(document.getElementById("crew-pins").textContent).map(
  (/** @type {[number, number, number, string, boolean]} */ [lat, lng, number, name, isPressing]) => ({
    at: [lat, lng],
    number,
    name,
    isPressing,
  }),
);

function groupPins() {
  const found = /** @type {{at: L.Point, pins: CrewPin[]}[]} */ ([]);
  for (const pin of pins) {
    const at = map.project(pin.at);
    const near = found.find((group) => group.at.distanceTo(at) < CELL);
    if (near) near.pins.push(pin);
    else found.push({ at, pins: [pin] });
  }
  return found.map((group) => group.pins);
}

function makeIcon(/** @type {string} */ kind, /** @type {string} */ text) {
  const label = document.createElement("span");
  label.textContent = text;
  /** @type {L.PointTuple} */
  const size = kind === "several" ? [52, 48] : [48, 48]; // tap target for gloves; the icon is smaller
  return L.divIcon({ className: `map-cluster map-cluster--${kind}`, html: label, iconSize: size });
}

/** Give a marker a name and let Enter activate it: Leaflet only makes it focusable.
    @type {(marker: L.Marker, words: string, numbers: number[]) => L.Marker} */
function nameMarker(marker, words, numbers) {
  return marker.on("add", () => {
    const element = marker.getElement();
    element.setAttribute("aria-label", words);
    element.classList.toggle("is-chosen", chosen.length > 0 && numbers.join() === chosen.join());
    element.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      marker.fire("click");
    });
  });
}

function showCards(/** @type {number[]} */ numbers) {
  chosen = numbers;
  for (const card of /** @type {HTMLCollectionOf<HTMLElement>} */ (list.children)) {
    card.classList.toggle("is-chosen", numbers.includes(Number(card.dataset.card)));
  }
  hint.hidden = numbers.length > 0;
  list.querySelector(".is-chosen")?.scrollIntoView({ block: "nearest" });
}

function markChosen(/** @type {L.Marker} */ marker) {
  box.querySelector(".map-cluster.is-chosen")?.classList.remove("is-chosen");
  marker.getElement().classList.add("is-chosen");
}

function makePin(/** @type {CrewPin} */ pin) {
  const kind = pin.isPressing ? "now" : "job";
  const marker = L.marker(pin.at, { icon: makeIcon(kind, String(pin.number)), riseOnHover: true });
  marker.on("click", () => {
    markChosen(marker);
    showCards([pin.number]);
  });
  return nameMarker(marker, `${pin.number}: ${pin.name}`, [pin.number]);
}

function makeRing(/** @type {CrewPin[]} */ group) {
  const bounds = L.latLngBounds(group.map((pin) => pin.at));
  const kind = group.some((pin) => pin.isPressing) ? "several map-cluster--now" : "several";
  const marker = L.marker(bounds.getCenter(), { icon: makeIcon(kind, `${group.length}×`) });
  const numbers = group.map((pin) => pin.number);
  const isOnePlace = map.getZoom() >= CLOSEST;
  marker.on("click", () => {
    if (!isOnePlace) {
      map.fitBounds(bounds, { ...ALL, maxZoom: Math.max(map.getZoom() + 2, 16) });
      return;
    }
    markChosen(marker);
    showCards(numbers);
  });
  return nameMarker(marker, fillWords(canvas.dataset.several, { n: group.length }), numbers);
}

function drawPins(/** @type {L.LayerGroup} */ layer) {
  layer.clearLayers();
  for (const group of groupPins()) (group.length === 1 ? makePin(group[0]) : makeRing(group)).addTo(layer);
}

function showPhone() {
  const { hereLat, hereLng, hereWithin } = box.dataset;
  if (!hereLat) return;
  const at = L.latLng(Number(hereLat), Number(hereLng));
  L.circle(at, { radius: Number(hereWithin), className: "cyou__circle", interactive: false }).addTo(map);
  const you = L.divIcon({ className: "cyou", iconSize: [20, 20] });
  const marker = L.marker(at, { icon: you, interactive: false, keyboard: false }).addTo(map);
  marker.getElement().setAttribute("role", "img");
  marker.getElement().setAttribute("aria-label", canvas.dataset.you);
}

/* Draw a line through the day's stops in their order, from the phone's position if it is known. */
function drawWay() {
  const { hereLat, hereLng, way } = box.dataset;
  if (way === undefined) return;
  const from = /** @type {L.LatLngTuple[]} */ (hereLat ? [[Number(hereLat), Number(hereLng)]] : []);
  const points = [...from, ...pins.map((pin) => pin.at)];
  L.polyline(points, { className: "cway", interactive: false }).addTo(map);
}

async function openMap() {
  const { baseMap } = await import("../map/basemap.js");
  map = await baseMap(canvas);
  const layer = L.layerGroup().addTo(map);
  canvas.dispatchEvent(new Event("pointerdown")); // from now on this module sets the view
  map.on("zoomend", () => drawPins(layer));
  if (pins.length) map.fitBounds(L.latLngBounds(pins.map((pin) => pin.at)), { ...ALL, animate: false });
  drawPins(layer);
  showPhone();
  drawWay();
  box.classList.add("is-live");
  list.classList.add("is-live");
  hint.hidden = false;
}

/* If the map cannot be loaded, the static map and the list below it remain usable. */
openMap().catch((error) => console.warn("the map stays a drawing:", error));
