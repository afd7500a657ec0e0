/* The pin of a request is moved on a map: the map moves under it, or a tap brings it there, or a
   street, corner or landmark that is typed. The form's own fields carry the point, with and without
   this module; its words follow the point until the agent has typed their own. */

import { on } from "../lib/dom.js";

const CLOSE = 17;

class Pin {
  /** @type {import("../map/pin-map.js").PinMap} */
  map;
  isTyped = false; // the agent typed words of their own

  constructor(/** @type {HTMLElement} */ box) {
    this.box = box;
    this.form = box.closest("form");
    this.words = this.form.elements.location_text;
  }

  get at() {
    const { latitude, longitude } = this.form.elements;
    return { lat: Number(latitude.value), lng: Number(longitude.value) };
  }

  async start() {
    const { PinMap } = await import("../map/pin-map.js");
    this.map = await PinMap.in(this.box, {
      point: this.at,
      view: { center: this.at, zoom: CLOSE },
      onMoved: (point) => this.put(point),
      leastZoom: CLOSE,
    });
    this.words.addEventListener("input", () => (this.isTyped = true));
    for (const name of ["latitude", "longitude"])
      this.form.elements[name].addEventListener("change", () => this.map.show(this.at));
    new ResizeObserver(() => this.map.resize()).observe(this.box.querySelector("[data-map-canvas]"));
    this.box.querySelector(".map").classList.add("is-live");
  }

  goTo(/** @type {Place} */ point, /** @type {string} */ words) {
    this.map.show(point, Math.max(CLOSE, this.map.zoom));
    this.put(point, words);
  }

  put(/** @type {Place} */ { lat, lng }, words = "") {
    this.form.elements.latitude.value = lat.toFixed(6);
    this.form.elements.longitude.value = lng.toFixed(6);
    if (!words) return this.describe();
    this.map.stopDescribing();
    return this.say(words);
  }

  async describe() {
    const found = await this.map.describe(this.box.dataset.describe);
    if (found?.inside) this.say(found.text, found.zone);
    else if (found) this.tell(this.box.dataset.outside);
  }

  say(/** @type {string} */ text, zone = "") {
    if (!this.isTyped && text) this.words.value = text;
    this.tell([text, zone].filter(Boolean).join(", "));
  }

  tell(/** @type {string} */ words) {
    this.box.querySelector("[data-pin-says]").textContent = words;
  }
}

const pins = new WeakMap();

/* Make the map when its form is opened; before that it has no size. */
function onToggle(/** @type {PersonEventMap["toggle"]} */ { target }) {
  if (!target.open || !target.matches("details")) return;
  const box = [...target.querySelectorAll("[data-pin]")].find((one) => one.closest("details") === target);
  if (!box || pins.has(box)) return;
  const pin = new Pin(box);
  pins.set(box, pin);
  pin.start().catch((error) => {
    console.warn("the fields do without a map:", error);
    box.querySelector(".map").hidden = true;
  });
}

function onPlace(/** @type {HTMLElement} */ place) {
  const box = place.closest("[data-pin]");
  const { lat, lng, name, note } = place.dataset;
  const pin = pins.get(box);
  pin.isTyped = false;
  pin.goTo({ lat: Number(lat), lng: Number(lng) }, name);
  if (note) pin.tell(note);
  box.querySelector("[data-pin-places]").replaceChildren();
  box.querySelector("[data-pin-find]").dispatchEvent(new Event("place:put", { bubbles: true })); // the search is over
  pin.words.focus();
}

/* Take the first place at Enter in the search; the form is sent with its own button. */
function onKey(/** @type {HTMLElement} */ search, /** @type {KeyboardEvent} */ event) {
  if (event.key !== "Enter") return;
  event.preventDefault();
  search.closest("[data-pin]").querySelector("[data-pin-places] button[data-lat]")?.click();
}

/* Show the maps: without this module the fields do it alone. */
function showBoxes() {
  for (const box of document.querySelectorAll("[data-pin]")) box.hidden = false;
}

export function start() {
  showBoxes();
  document.addEventListener("htmx:after:swap", showBoxes);
  document.addEventListener("toggle", onToggle, true);
  on("click", "[data-pin] [data-lat]", onPlace);
  on("keydown", "[data-pin-find]", onKey);
}
