/* The map beside the public list. The map rendered by the server is shown until the live map has loaded. The
   live map loads at once if there is space beside the list; on a phone it loads when the person asks for the
   map. The server clusters the requests: after each move this module fetches the rings and pins in view. The
   list never changes by itself: after a person moves the map, a link offers to search there. */

import { locale } from "../lib/locale.js";
import { locate } from "../lib/locate.js";
import { copyTemplate } from "../lib/template.js";

const WIDE = "(min-width: 62rem)";
const CLOSEST = 18; // zoom
const NEARBY = 16; // zoom at which a few blocks around a person are in view
const ROUNDED = 3; // decimal places of a degree, about 100 m: the bounds sent to the server are rounded
const BEYOND = 0.15; // margin around the view, as a share of its size, so that a small move needs no new pins
const PATIENCE = 150; // ms without a move before the server is asked

const box = document.querySelector("[data-list-map]");
const canvas = box.querySelector("[data-map-canvas]");
const searcher = box.querySelector("a[data-search-area]");
const note = box.querySelector("[data-map-note]");
/** @type {L.Map} */
let map;
/** @type {L.LayerGroup} */
let layer; // the layer with the rings and pins
/** @type {PinIcon} */
let pinIcon;

const formatBounds = (/** @type {L.LatLngBounds} */ bounds) =>
  [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()]
    .map((edge) => edge.toFixed(5))
    .join(",");

/** @type {(address: string, name: string, value: string) => URL} */
function withParameter(address, name, value) {
  const url = new URL(address, location.href);
  url.searchParams.set(name, value);
  return url;
}

function parseBounds(/** @type {string} */ area) {
  const [west, south, east, north] = area.split(",").map(Number);
  return L.latLngBounds([south, west], [north, east]);
}

const copyCard = (/** @type {string} */ name) =>
  copyTemplate(box.querySelector(`template[data-${name}-card]`));

function pinCard(/** @type {Marks["pins"][0]} */ pin) {
  const link = /** @type {HTMLAnchorElement} */ (copyCard("pin"));
  const list = new URL(canvas.dataset.list, location.href);
  const language = list.searchParams.get("lang"); // set if the page is embedded in another site
  link.href = `${list.pathname}${pin.reference}/${language ? `?lang=${language}` : ""}`;
  link.querySelector("[data-name]").textContent = pin.name;
  link.querySelector("[data-words]").textContent = pin.words;
  link.querySelector("[data-supporters]").textContent = pin.supporters;
  return link;
}

function ringCard(/** @type {Marks["rings"][0]} */ ring, /** @type {string} */ number) {
  const shown = copyCard("ring");
  shown.querySelector("[data-n]").textContent = number;
  shown.querySelector("a[data-list]").href = withParameter(canvas.dataset.list, "area", ring.area).href;
  const closer = shown.querySelector("[data-closer]");
  closer.hidden = map.getZoom() >= CLOSEST;
  closer.addEventListener("click", () => {
    map.closePopup();
    map.fitBounds(parseBounds(ring.area), { padding: [48, 48], maxZoom: CLOSEST });
  });
  return shown;
}

/* Draw rings and pins. Keep unchanged ones, so that the card a person has open stays open. */
function drawMarks(/** @type {Marks} */ { rings, pins, is_capped: isCapped }) {
  const drawn = /** @type {MarkedMarker[]} */ (layer.getLayers());
  const gone = new Map(drawn.map((marker) => [marker.options.mark, marker]));
  /** @type {(mark: string, at: L.LatLngTuple, icon: L.DivIcon, shown: () => HTMLElement) => void} */
  const draw = (mark, at, icon, shown) => {
    if (gone.delete(mark)) return;
    /** @type {MarkedMarker["options"]} */
    const options = { icon, keyboard: false, mark };
    const marker = L.marker(at, options);
    marker.bindPopup(shown, { className: "pin-pop" }).addTo(layer);
  };
  for (const pin of pins) draw(JSON.stringify(pin), pin.at, pinIcon(pin.kind), () => pinCard(pin));
  for (const ring of rings) {
    const number = `${ring.n.toLocaleString(locale())}${isCapped ? "+" : ""}`;
    const icon = pinIcon("cluster", ring.n, isCapped);
    draw(JSON.stringify([ring, isCapped]), ring.at, icon, () => ringCard(ring, number));
  }
  for (const marker of gone.values()) layer.removeLayer(marker);
  note.hidden = !isCapped;
  map.fire("marks", { numbers: rings.map(({ at }) => at) });
}

/* Fetch the rings and pins in view. Ignore a response if a later request was made. If the request fails, keep
   the pins, because their positions are still correct. */
function askForMarks() {
  let timer = 0;
  let asked = new AbortController();
  const ask = async () => {
    asked.abort();
    asked = new AbortController();
    const address = withParameter(canvas.dataset.marks, "bbox", formatBounds(map.getBounds().pad(BEYOND)));
    address.searchParams.set("zoom", String(map.getZoom()));
    try {
      const response = await fetch(address, { signal: asked.signal });
      if (!response.ok) throw new Error(`the map answers ${response.status}`);
      drawMarks(await response.json());
    } catch (error) {
      if (error.name !== "AbortError") console.warn("the pins stay as they are:", error);
    }
  };
  map.on("moveend", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PATIENCE);
  });
  return ask();
}

/* Offer to search in the map's area, and on a page with only the map also to get updates about it. Do so only
   after a person moved the map: the map also moves when its box changes size. */
function offerToSearch() {
  const alert = document.querySelector("a.browse__alert");
  let isTouched = false;
  for (const act of ["pointerdown", "wheel", "keydown"]) {
    box.addEventListener(act, () => (isTouched = true), { passive: true });
  }
  map.on("autopanstart", () => (isTouched = false));
  map.on("moveend", () => {
    if (!isTouched) return;
    const bounds = formatBounds(map.getBounds());
    if (alert) alert.href = withParameter(alert.href, "area", bounds).href;
    const address = withParameter(canvas.dataset.list, "area", bounds);
    if (!matchMedia(WIDE).matches) address.searchParams.set("view", "map");
    searcher.href = address.href;
    searcher.hidden = false;
  });
}

/* Show a pin at the position of the row that has the pointer or the keyboard focus. */
function followRows() {
  const pointer = L.marker([0, 0], { icon: pinIcon("selected"), keyboard: false, interactive: false });
  for (const row of document.querySelectorAll("[data-row][data-lat]:not([data-lat=''])")) {
    const place = L.latLng(Number(row.dataset.lat), Number(row.dataset.lng));
    const show = () => pointer.setLatLng(place).setZIndexOffset(1000).addTo(map);
    row.addEventListener("mouseenter", show);
    row.addEventListener("focusin", show);
    row.addEventListener("mouseleave", () => pointer.remove());
    row.addEventListener("focusout", () => pointer.remove());
  }
}

function showArea(/** @type {string} */ area) {
  const bounds = parseBounds(area);
  L.rectangle(bounds, { className: "bm-area", interactive: false }).addTo(map);
  map.fitBounds(bounds, { padding: [24, 24], maxZoom: CLOSEST, animate: false });
}

/* Center the map on the phone's position when the person taps the button. */
function offerNearMe() {
  const says = box.querySelector("[data-near-says]");
  const here = L.circleMarker([0, 0], { radius: 7, className: "browse__here", interactive: false });
  const city = /** @type {L.LatLngBounds} */ (map.options.maxBounds);
  box.querySelector("[data-near-me]")?.addEventListener("click", async () => {
    says.textContent = says.dataset.finding;
    const { lat, lng, reason } = await locate();
    const isFar = !reason && !city.contains([lat, lng]);
    says.textContent = says.dataset[isFar ? "far" : reason] ?? "";
    if (isFar || reason) return;
    const point = L.latLng(Number(lat.toFixed(ROUNDED)), Number(lng.toFixed(ROUNDED)));
    here.setLatLng(point).addTo(map);
    map.setView(point, NEARBY);
  });
}

async function openMap() {
  const { baseMap } = await import("../map/basemap.js");
  ({ pinIcon } = await import("../map/pins.js"));
  const { area } = canvas.dataset;
  const view = area ? { center: parseBounds(area).getCenter(), zoom: 15 } : {};
  map = await baseMap(canvas, view);
  layer = L.layerGroup().addTo(map);
  if (area) showArea(area);
  offerToSearch();
  followRows();
  offerNearMe();
  await askForMarks();
  box.classList.add("is-live");
  box.querySelector("[data-drawing]").hidden = true;
}

/* If the live map cannot be loaded, the static map and the list remain usable. */
if (getComputedStyle(box).display !== "none") {
  openMap().catch((error) => console.warn("the map stays a drawing:", error));
}
