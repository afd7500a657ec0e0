/* The pin of a request is moved on a map: the map moves under it, or a tap brings it there, or a
   street, corner or landmark that is typed. The form's own fields carry the point, with and without
   this module; its words follow the point until the agent has typed their own. */

const CLOSE = 17;
const CALM = 250; // ms of rest until the point is described
/** @type {L.MapOptions} */
const OPTIONS = { scrollWheelZoom: "center", doubleClickZoom: "center", touchZoom: "center" };

class Pin {
  constructor(box) {
    this.box = box;
    this.form = box.closest("form");
    this.words = this.form.elements.location_text;
    this.isTyped = false;
    this.timer = 0;
  }

  get at() {
    return {
      lat: Number(this.form.elements.latitude.value),
      lng: Number(this.form.elements.longitude.value),
    };
  }

  async start() {
    const canvas = this.box.querySelector("[data-map-canvas]");
    const { baseMap } = await import("../map/basemap.js");
    this.map = await baseMap(canvas, { center: this.at, zoom: CLOSE }, OPTIONS);
    this.map.setMaxBounds(null); // a map that glides back by itself would move the point
    this.map.on("dragend", () => this.put(this.map.getCenter()));
    this.map.on("moveend", () => this.byKeys());
    this.map.on("click", ({ latlng }) => this.goTo(latlng));
    this.box.querySelector("[data-zoom-in]").addEventListener("click", () => this.zoom(1));
    this.box.querySelector("[data-zoom-out]").addEventListener("click", () => this.zoom(-1));
    this.words.addEventListener("input", () => (this.isTyped = true));
    for (const name of ["latitude", "longitude"]) {
      this.form.elements[name].addEventListener("change", () =>
        this.map.setView(this.at, undefined, { animate: false }),
      );
    }
    new ResizeObserver(() => this.map.invalidateSize({ pan: false })).observe(canvas);
    this.box.querySelector(".map").classList.add("is-live");
  }

  zoom(step) {
    this.map.setView(this.at, this.map.getZoom() + step);
  }

  goTo(point, words = "") {
    this.map.setView(point, Math.max(CLOSE, this.map.getZoom()), { animate: false });
    this.put(point, words);
  }

  /* The arrow keys of the map, which are no drag. */
  byKeys() {
    if (document.activeElement !== this.map.getContainer()) return;
    const { lat, lng } = this.map.getCenter();
    const isHere = Math.abs(lat - this.at.lat) < 2e-6 && Math.abs(lng - this.at.lng) < 2e-6;
    if (!isHere) this.put({ lat, lng });
  }

  put({ lat, lng }, words = "") {
    this.form.elements.latitude.value = lat.toFixed(6);
    this.form.elements.longitude.value = lng.toFixed(6);
    clearTimeout(this.timer);
    if (words) this.say(words);
    else this.timer = setTimeout(() => this.describe(), CALM);
  }

  async describe() {
    const address = new URL(this.box.dataset.describe, location.href);
    address.searchParams.set("lat", this.at.lat.toFixed(6));
    address.searchParams.set("lng", this.at.lng.toFixed(6));
    const response = await fetch(address);
    if (!response.ok) return;
    const { text, inside, zone } = await response.json();
    if (inside) this.say(text, zone);
    else this.tell(this.box.dataset.outside);
  }

  say(text, zone = "") {
    if (!this.isTyped && text) this.words.value = text;
    this.tell([text, zone].filter(Boolean).join(", "));
  }

  tell(words) {
    this.box.querySelector("[data-pin-says]").textContent = words;
  }
}

const pins = new WeakMap();

/* A map is made when its form is opened; before that it has no size. */
function onToggle({ target }) {
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

function onPlace(event) {
  const place = event.target.closest("[data-pin] [data-lat]");
  if (!place) return;
  const box = place.closest("[data-pin]");
  const { lat, lng } = place.dataset;
  const { name, note } = place.querySelector("[data-name]").dataset;
  const pin = pins.get(box);
  pin.isTyped = false;
  pin.goTo({ lat: Number(lat), lng: Number(lng) }, name);
  if (note) pin.tell(note);
  box.querySelector("[data-pin-places]").replaceChildren();
  box.querySelector("[data-pin-find]").dispatchEvent(new Event("place:put", { bubbles: true })); // the search is over
  pin.words.focus();
}

/* Enter in the search takes the first place; the form is sent with its own button. */
function onKey(event) {
  if (event.key !== "Enter" || !event.target.matches("[data-pin-find]")) return;
  event.preventDefault();
  event.target.closest("[data-pin]").querySelector("[data-pin-places] [data-lat] button")?.click();
}

/* Without this module the fields do it alone. */
function show() {
  for (const box of document.querySelectorAll("[data-pin]")) box.hidden = false;
}

export function start() {
  show();
  document.addEventListener("htmx:after:swap", show);
  document.addEventListener("toggle", onToggle, true);
  document.addEventListener("click", onPlace);
  document.addEventListener("keydown", onKey);
}
