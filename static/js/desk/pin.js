/* Move the pin of a request on a map: drag the map under it, tap the map, or type a street, corner or
   landmark. The form's own fields hold the point, with and without this module. The location text follows the
   point until the agent types another text. */

import { on } from "../lib/dom.js";

const CLOSE = 17;

class Pin {
  /** @type {import("../map/pin-map.js").PinMap} */
  map;
  isTyped = false; // true if the agent typed the location text

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

/* Create the map when its form is opened; before that its box has no size. */
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

/* Select the first place if Enter is pressed in the search field; the form has its own submit button. */
function onKey(/** @type {HTMLElement} */ search, /** @type {KeyboardEvent} */ event) {
  if (event.key !== "Enter") return;
  event.preventDefault();
  search.closest("[data-pin]").querySelector("[data-pin-places] button[data-lat]")?.click();
}

/* Show the maps. Without this module only the fields are shown. */
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
