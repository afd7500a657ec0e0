/* Requests near the open one: the live map in a dialog, and an equivalent list beside it. An agent who
   selects a request there compares both before marking one as a duplicate. */

import { isModified, on } from "../lib/dom.js";

const CLOSE = 17.5; // zoom at which a corner and its houses can be told apart
const dialog = document.querySelector("dialog[data-around-dialog]");
const inside = dialog.querySelector("#around-in");
let map = /** @type {L.Map | null} */ (null);

const findPick = (/** @type {string} */ reference) =>
  inside.querySelector(`[data-pick="${CSS.escape(reference)}"]`);

/* Open the dialog. `original` is the reference of a request that is already selected. */
function openDialog(/** @type {string} */ address, original = "") {
  const wanted = new URL(address, location.href);
  if (original) wanted.searchParams.set("original", original);
  inside.replaceChildren();
  dialog.showModal();
  window.htmx.ajax("GET", wanted.pathname + wanted.search, { target: "#around-in" });
}

function onClick(/** @type {HTMLAnchorElement} */ link, /** @type {MouseEvent} */ event) {
  if (isModified(event) || event.shiftKey) return;
  event.preventDefault();
  openDialog(link.href);
}

/* Handle "Same" beside a nearby request: show both requests side by side, then submit the mark. */
function onSubmit(/** @type {HTMLFormElement} */ form, /** @type {Event} */ event) {
  const around = document.querySelector("#panel a[data-around]");
  if (!around) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  openDialog(around.href, form.dataset.same);
}

function onSwap(/** @type {HtmxEvent} */ { detail: { ctx } }) {
  const id = ctx.target?.id;
  if (id === "panel") return dialog.close();
  if (id === "around-in") onArrival();
  if (id === "around-one") showComparison();
}

function onArrival() {
  drawMap().catch((error) => console.warn("the map stays a drawing:", error));
  if (inside.querySelector("#around-one").childElementCount) showComparison();
  else (inside.querySelector("[data-pick]") ?? inside.querySelector("input"))?.focus();
}

function showComparison() {
  const one = inside.querySelector("#around-one");
  for (const link of inside.querySelectorAll("[data-pick]")) {
    const isIt = link.dataset.pick === one.querySelector(":scope > [data-one]")?.dataset.one;
    link.ariaCurrent = isIt ? "true" : null;
  }
  (one.querySelector("button") ?? one).focus();
  one.scrollIntoView({ block: "nearest" });
}

async function drawMap() {
  const canvas = inside.querySelector("[data-map-canvas]");
  const { at, pins } = JSON.parse(inside.querySelector("#around-points").textContent);
  if (!canvas || !at) return;
  const { baseMap } = await import("../map/basemap.js");
  const { pinIcon } = await import("../map/pins.js");
  if (!canvas.isConnected) return; // the dialog was closed, or another one was opened
  map?.remove();
  map = await baseMap(canvas, { center: at, zoom: CLOSE });
  for (const pin of pins) addPin(pin, pinIcon);
  L.marker(at, { icon: pinIcon("selected"), keyboard: false, interactive: false }).addTo(map);
  fitPins(at, pins);
  canvas.parentElement.classList.add("is-live");
}

function fitPins(/** @type {[number, number]} */ at, /** @type {Pin[]} */ pins) {
  const bounds = L.latLngBounds([at, ...pins.map(([lat, lng]) => L.latLng(lat, lng))]);
  map.fitBounds(bounds, { padding: [48, 56], maxZoom: CLOSE, animate: false });
}

function addPin(/** @type {Pin} */ [lat, lng, kind, reference, name], /** @type {PinIcon} */ pinIcon) {
  const marker = L.marker([lat, lng], { icon: pinIcon(kind), keyboard: false });
  const words = document.createElement("span");
  words.textContent = name; // never markup: a Leaflet tooltip parses a string as HTML
  marker.bindTooltip(words, { className: "pin-tip" }).addTo(map);
  marker.on("click", () => findPick(reference)?.click());
  const link = findPick(reference);
  for (const name of ["mouseenter", "focus"]) link?.addEventListener(name, () => marker.openTooltip());
  for (const name of ["mouseleave", "blur"]) link?.addEventListener(name, () => marker.closeTooltip());
}

export function start() {
  on("click", "a[data-around]", onClick);
  on("submit", "form[data-same]", onSubmit, true);
  document.addEventListener("htmx:after:swap", onSwap);
}
