/* The place under the pin. The map moves, the pin stays; whoever prefers words or a list uses those,
   and the three always agree: the point goes to the form's hidden fields, its words to the text.
   Until the map is ready, and where it cannot be had, the server's drawing stands. */

import { baseMap, zoomFor } from "./basemap.js";
import { said } from "../lib/distance.js";
import { locate } from "../lib/locate.js";
import { device } from "../lib/storage.js";

const CLOSE = 17; // zoom at which a corner and its houses are told apart
const LOOSE = 15; // when the phone is not sure
const INACCURATE = 100; // metres; a position of a wider error is shown, and somebody has to move the pin
const CALM = 250; // ms of rest until the point is described
/** @type {L.MapOptions} */
const AROUND_THE_PIN = {
  scrollWheelZoom: "center",
  doubleClickZoom: "center",
  touchZoom: "center",
  trackResize: false, // we do, with the sheet's size too
};
const PREFIX = "report:"; // what is kept is thrown away with the rest of the report

const box = document.querySelector("[data-map-picker]");
const canvas = box.querySelector("[data-map-canvas]");
const form = box.closest("form");
/** @type {HTMLInputElement} */
const field = form.querySelector("[name=text]");
const list = form.querySelector("#places");
const status = form.querySelector("[data-locate-status]");
const says = box.querySelector("[data-map-says]");
/** @type {HTMLButtonElement} */
const locator = form.querySelector("[data-locate]");
/** @type {{lat: HTMLInputElement, lng: HTMLInputElement}} */
const inputs = { lat: form.querySelector("[data-latitude]"), lng: form.querySelector("[data-longitude]") };

const state = {
  map: null,
  at: { lat: Number(box.dataset.lat), lng: Number(box.dataset.lng) }, // under the pin
  isChosen: false, // somebody put the pin there
  words: "", // of the point, as we know them
  isQuiet: false, // we move the map ourselves
  zoom: 0,
  around: null, // the city and its neighborhood
  asked: null, // the description that is on its way
  timer: 0,
};

/* The point counts unless other words were typed since that could mean another place. */
function agree() {
  const typed = field.value.trim().toLowerCase();
  const isOurs = !typed || extendsWords(typed) || !list.querySelector("[data-lat]");
  const counts = state.isChosen && isOurs;
  inputs.lat.value = counts ? state.at.lat.toFixed(6) : "";
  inputs.lng.value = counts ? state.at.lng.toFixed(6) : "";
  if (counts) keep();
  mark();
}

/* Until somebody gave a place, the pin is only where the map begins. */
function mark() {
  box.classList.toggle("is-unplaced", !state.isChosen && !("placed" in box.dataset));
  form.classList.toggle("is-unplaced", !inputs.lat.value && !field.value.trim());
}

function extendsWords(typed) {
  return state.words !== "" && typed.includes(state.words.toLowerCase());
}

function say(kind, values = {}) {
  const text = kind ? status.dataset[kind] : "";
  status.textContent = Object.entries(values).reduce(
    (said, [name, value]) => said.replace(`{${name}}`, value),
    text,
  );
  status.classList.toggle(
    "is-warning",
    ["outside", "denied", "unavailable", "timeout", "far", "inaccurate"].includes(kind),
  );
}

/* What is not as it was typed: a house number that is not on the map. */
function tell(note) {
  status.textContent = note;
  status.classList.add("is-warning");
  field.addEventListener("input", () => say(""), { once: true }); // other words, another place
}

/* Words that belong to the point. Where they are not known, the city finds them when it is sent. */
function put(words) {
  state.words = words;
  field.value = words;
  list.replaceChildren();
  field.dispatchEvent(new Event("place:put", { bubbles: true })); // what is searched for is over
  agree();
}

async function describe() {
  state.asked?.abort();
  const asking = new AbortController();
  state.asked = asking;
  const address = new URL(box.dataset.describe, location.href);
  address.searchParams.set("lat", state.at.lat.toFixed(6));
  address.searchParams.set("lng", state.at.lng.toFixed(6));
  try {
    const response = await fetch(address, { signal: asking.signal });
    if (response.ok) described(await response.json());
  } catch (error) {
    if (!["AbortError", "TypeError"].includes(error.name)) throw error; // no network: no words yet
  } finally {
    if (state.asked === asking) state.asked = null;
  }
}

function described({ text, inside, zone }) {
  if (field.value)
    state.words = text; // somebody types their own
  else put(text);
  agree();
  if (inside) announce([text, zone].filter(Boolean).join(", "));
  else say("outside");
}

function announce(text) {
  says.textContent = text;
}

function moved() {
  clearTimeout(state.timer);
  state.isChosen = true;
  delete inputs.lat.dataset.was;
  say("");
  put(""); // the old words are not this point's
  state.timer = setTimeout(describe, CALM);
}

/** Put the pin on a point; `words` are its name where that is known. */
function goTo(point, zoom, words = "") {
  quietly(() => state.map.setView(point, zoom, { animate: false }));
  state.at = point;
  moved();
  if (words) {
    clearTimeout(state.timer);
    put(words);
    announce(words);
  }
}

function quietly(act) {
  state.isQuiet = true;
  act();
  state.isQuiet = false;
  state.zoom = state.map.getZoom();
}

function onMoveEnd() {
  if (state.isQuiet) return;
  const isZoom = state.map.getZoom() !== state.zoom;
  state.zoom = state.map.getZoom();
  if (isZoom) return; // around the pin: the point is the same, and keeps its accuracy
  const { lat, lng } = state.map.getCenter();
  state.at = { lat, lng };
  moved();
}

function zoomBy(step) {
  state.map.setView(state.at, state.map.getZoom() + step);
}

async function findMe() {
  locator.setAttribute("aria-busy", "true");
  say("finding");
  const [found, isLive] = await Promise.all([locate(), started]);
  locator.removeAttribute("aria-busy");
  if (!isLive) return;
  if (found.reason) say(found.reason);
  else if (!state.around.contains(found)) say("far");
  else await goToPhone(found);
}

async function goToPhone({ lat, lng, accuracy }) {
  if (accuracy > INACCURATE) {
    showWithoutChoosing({ lat, lng });
    say("inaccurate", { far: said(accuracy, "long") });
    return;
  }
  goTo({ lat, lng }, Math.max(CLOSE, state.map.getZoom()));
  clearTimeout(state.timer);
  await describe();
}

/* The map shows the point, and no point counts until somebody moves the map or taps it. */
function showWithoutChoosing(point) {
  clearTimeout(state.timer);
  state.asked?.abort();
  quietly(() => state.map.setView(point, LOOSE, { animate: false }));
  state.at = point;
  state.isChosen = false;
  delete box.dataset.placed;
  delete inputs.lat.dataset.was;
  device.remove(key());
  put("");
}

/* A place of the list, or the photo's own: shown on the map first, sent with "It is here". */
function onChoice(event) {
  const choice = event.target.closest("button[data-lat]");
  if (!choice) return;
  event.preventDefault();
  const { lat, lng, name, note } = choice.dataset;
  goTo({ lat: Number(lat), lng: Number(lng) }, Math.max(CLOSE, state.map.getZoom()), name);
  if (note) tell(note);
  choice.closest(".offer")?.remove();
  form.querySelector("[name=go]").focus({ preventScroll: true });
}

/* The sheet below grows and shrinks; the pin's point stays under the pin. */
function onResize() {
  quietly(() => {
    state.map.invalidateSize({ pan: false });
    state.map.setView(state.at, state.map.getZoom(), { animate: false });
  });
}

const key = () => `${PREFIX}${form.dataset.keep}-point`;
const startedAt = `${box.dataset.lat} ${box.dataset.lng}`;

function keep() {
  const { at: point, words } = state;
  const stored = { at: Date.now(), startedAt, point, words, text: field.value };
  device.set(key(), JSON.stringify(stored));
}

/* The point of before a reload; not when the city has another one since. */
function kept() {
  const stored = JSON.parse(device.get(key()));
  return stored?.startedAt === startedAt ? stored : null;
}

function restore() {
  const stored = kept();
  if (!stored) return;
  quietly(() => state.map.setView(stored.point, state.zoom, { animate: false }));
  Object.assign(state, { at: stored.point, words: stored.words, isChosen: true });
  field.value = stored.text;
  agree();
  inputs.lat.dataset.was = inputs.lat.value;
}

function listen() {
  const { map } = state;
  map.on("moveend", onMoveEnd);
  map.on("click", ({ latlng }) => goTo({ lat: latlng.lat, lng: latlng.lng }, map.getZoom()));
  new ResizeObserver(onResize).observe(canvas);
  box.querySelector("[data-zoom-in]").addEventListener("click", () => zoomBy(1));
  box.querySelector("[data-zoom-out]").addEventListener("click", () => zoomBy(-1));
  form.addEventListener("click", onChoice);
  field.addEventListener("input", agree);
  new MutationObserver(agree).observe(list, { childList: true });
}

/* The zoom at which the map shows what the drawing shows, so that nothing jumps. */
function drawnZoom() {
  /** @type {SVGSVGElement} */
  const drawing = box.querySelector("svg.basemap");
  const { width, height } = drawing.viewBox.baseVal;
  const stretch = Math.max(box.clientWidth / width, box.clientHeight / height);
  return zoomFor(Number(box.dataset.scale) / stretch, state.at.lat);
}

async function start() {
  const view = { center: state.at, zoom: drawnZoom() };
  state.map = await baseMap(canvas, view, AROUND_THE_PIN);
  state.zoom = state.map.getZoom();
  state.around = state.map.options.maxBounds;
  state.map.setMaxBounds(null); // a map that glides back by itself would move the point
  if (!state.around.contains(state.at)) state.at = state.map.getCenter();
  restore();
  listen();
  mark();
  box.classList.add("is-live");
}

const started = start().then(
  () => true,
  (error) => {
    console.warn("the map stays a drawing:", error);
    locator.hidden = true; // there is no map to put the pin on
    return false;
  },
);
// At once: who taps before the map is there has tapped all the same.
locator.addEventListener("click", findMe);
locator.disabled = false;
