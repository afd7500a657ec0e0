/* The map beside the public list. The server's drawing stands until the live map is wanted: at once
   where there is room beside the list, on a phone when it is tapped, so that a list stays light. */

const CELL = 46; // px: pins closer than this become one ring with their number
const CLOSEST = 18; // zoom at which every pin stands for itself
const WIDE = "(min-width: 62rem)";

const box = document.querySelector("[data-list-map]");
const canvas = box.querySelector("[data-map-canvas]");
const opener = box.querySelector("[data-open-map]");
const points = JSON.parse(document.getElementById("map-points").textContent);

/* Groups of points that would touch at this zoom, by the square of the screen they fall into. */
function groups(map) {
  const cells = new Map();
  for (const point of points) {
    const { x, y } = map.project([point[0], point[1]]);
    const key = map.getZoom() >= CLOSEST ? point[3] : `${Math.floor(x / CELL)}:${Math.floor(y / CELL)}`;
    cells.set(key, [...(cells.get(key) ?? []), point]);
  }
  return [...cells.values()];
}

function middle(group) {
  const mean = (index) => group.reduce((sum, point) => sum + point[index], 0) / group.length;
  return [mean(0), mean(1)];
}

function onePin(L, pinIcon, [lat, lng, kind, address, name]) {
  const marker = L.marker([lat, lng], { icon: pinIcon(kind), keyboard: false });
  const words = document.createElement("span");
  words.textContent = name; // never markup: a tooltip takes a string for HTML
  marker.bindTooltip(words, { className: "pin-tip" });
  return marker.on("click", () => location.assign(address));
}

function manyPins(L, pinIcon, map, group) {
  const at = middle(group);
  const icon = pinIcon("cluster", group.length);
  const closer = () => map.setView(at, Math.min(CLOSEST, map.getZoom() + 2));
  return L.marker(at, { icon, keyboard: false }).on("click", closer);
}

function drawPins(L, pinIcon, map, layer) {
  layer.clearLayers();
  for (const group of groups(map)) {
    const pin = group.length === 1 ? onePin(L, pinIcon, group[0]) : manyPins(L, pinIcon, map, group);
    pin.addTo(layer);
  }
}

/* The row under the pointer, or the one that a keyboard reached, is pointed at on the map. */
function followRows(L, pinIcon, map) {
  const pointer = L.marker([0, 0], { icon: pinIcon("selected"), keyboard: false, interactive: false });
  for (const row of document.querySelectorAll("[data-row][data-lat]:not([data-lat=''])")) {
    const place = [Number(row.dataset.lat), Number(row.dataset.lng)];
    const show = () => pointer.setLatLng(place).setZIndexOffset(1000).addTo(map);
    row.addEventListener("mouseenter", show);
    row.addEventListener("focusin", show);
    row.addEventListener("mouseleave", () => pointer.remove());
    row.addEventListener("focusout", () => pointer.remove());
  }
}

async function open() {
  opener.hidden = true;
  const { baseMap } = await import("./basemap.js");
  const { pinIcon } = await import("./map-pins.js");
  const { L } = window;
  const map = await baseMap(canvas);
  const layer = L.layerGroup().addTo(map);
  const draw = () => drawPins(L, pinIcon, map, layer);
  map.on("zoomend", draw);
  draw();
  followRows(L, pinIcon, map);
  for (const button of box.querySelectorAll("[data-zoom]")) {
    button.addEventListener("click", () => map.setZoom(map.getZoom() + Number(button.dataset.zoom)));
  }
  box.classList.add("is-live");
  box.querySelector(".browse__drawing").hidden = true;
}

/* Where the live map cannot be had, the drawing and the list do its job. */
function tryToOpen() {
  open().catch((error) => {
    console.warn("the map stays a drawing:", error);
    opener.hidden = true;
  });
}

if (matchMedia(WIDE).matches) tryToOpen();
else opener.hidden = false;
opener.addEventListener("click", tryToOpen);
