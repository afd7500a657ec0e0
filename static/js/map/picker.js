/* The location picker. The map moves under a fixed pin. A person can also type text or use the list. All
   three agree: the point is in the form's hidden fields, its name in the text field. The static map from the
   server is shown until the live map is ready, and if it cannot be loaded. */

import { computeZoom } from "./basemap.js";
import { PinMap } from "./pin-map.js";
import { formatDistance } from "../lib/distance.js";
import { fillWords } from "../lib/template.js";
import { locate } from "../lib/locate.js";
import { device } from "../lib/storage.js";

const CLOSE = 17; // zoom at which a corner and its houses can be told apart
const LOOSE = 15; // zoom for an inaccurate position of the phone
const INACCURATE = 100; // metres; a less accurate position is shown, and the person must move the pin
const PREFIX = "report:"; // stored values are deleted with the rest of the report

const box = document.querySelector("[data-map-picker]");
const canvas = box.querySelector("[data-map-canvas]");
const form = box.closest("form");
const field = form.querySelector("input[name=text]");
const list = form.querySelector("#places");
const status = form.querySelector("[data-locate-status]");
const says = box.querySelector("[data-map-says]");
const locator = form.querySelector("button[data-locate]");
/** @type {{lat: HTMLInputElement, lng: HTMLInputElement}} */
const inputs = { lat: form.querySelector("[data-latitude]"), lng: form.querySelector("[data-longitude]") };

const state = {
  /** @type {PinMap} */
  map: null,
  at: { lat: Number(box.dataset.lat), lng: Number(box.dataset.lng) }, // under the pin
  isChosen: false, // true if a person set the pin
  words: "", // the known name of the point
};

/* Write the point into the form, unless a text was typed since that could mean another place. */
function updateFields() {
  const typed = field.value.trim().toLowerCase();
  const isOurs = !typed || isExtended(typed) || !list.querySelector("[data-lat]");
  const counts = state.isChosen && isOurs;
  inputs.lat.value = counts ? state.at.lat.toFixed(6) : "";
  inputs.lng.value = counts ? state.at.lng.toFixed(6) : "";
  if (counts) keepPoint();
  markPlaced();
}

/* Show that the pin is only the map's initial position, until a person gives a place. */
function markPlaced() {
  box.classList.toggle("is-unplaced", !state.isChosen && !("placed" in box.dataset));
  form.classList.toggle("is-unplaced", !inputs.lat.value && !field.value.trim());
}

function isExtended(/** @type {string} */ typed) {
  return state.words !== "" && typed.includes(state.words.toLowerCase());
}

function showStatus(/** @type {string} */ kind, values = {}) {
  status.textContent = kind ? fillWords(status.dataset[kind], values) : "";
  status.classList.toggle("is-warning", kind !== "" && kind !== "finding");
}

/* Show a note if the place differs from the typed text: a house number that is not on the map. */
function showNote(/** @type {string} */ note) {
  status.textContent = note;
  status.classList.add("is-warning");
  field.addEventListener("input", () => showStatus(""), { once: true }); // other text, other place
}

/* Write the name of the point. If it is not known, the server finds it when the form is sent. */
function putWords(/** @type {string} */ words) {
  state.words = words;
  field.value = words;
  list.replaceChildren();
  field.dispatchEvent(new Event("place:put", { bubbles: true })); // end the search
  updateFields();
}

async function describePoint(isAtOnce = false) {
  const found = await state.map.describe(box.dataset.describe, isAtOnce);
  if (found) showDescription(found);
}

function showDescription(/** @type {PlaceWords} */ { text, inside, zone }) {
  if (field.value)
    state.words = text; // the person typed a text
  else putWords(text);
  updateFields();
  if (inside) says.textContent = [text, zone].filter(Boolean).join(", ");
  else showStatus("outside");
}

function moved(/** @type {Place} */ point) {
  state.at = point;
  state.isChosen = true;
  delete inputs.lat.dataset.was;
  showStatus("");
  putWords(""); // the old name does not belong to this point
  describePoint();
}

/** Move the pin to a point; `words` is its name if known. */
function goToPoint(/** @type {Place} */ point, words = "") {
  state.map.show(point, Math.max(CLOSE, state.map.zoom));
  moved(point);
  if (words) {
    state.map.stopDescribing();
    putWords(words);
    says.textContent = words;
  }
}

async function findMe() {
  locator.setAttribute("aria-busy", "true");
  showStatus("finding");
  const [found, isLive] = await Promise.all([locate(), started]);
  locator.removeAttribute("aria-busy");
  if (!isLive) return;
  if (found.reason) showStatus(found.reason);
  else if (!state.map.around.contains(found)) showStatus("far");
  else await goToPhone(found);
}

async function goToPhone(/** @type {Position} */ { lat, lng, accuracy }) {
  if (accuracy > INACCURATE) {
    showWithoutChoosing({ lat, lng });
    showStatus("inaccurate", { far: formatDistance(accuracy, "long") });
    return;
  }
  goToPoint({ lat, lng });
  await describePoint(true);
}

/* Show the point without choosing it: it is not used until a person moves the map or taps it. */
function showWithoutChoosing(/** @type {Place} */ point) {
  state.map.stopDescribing();
  state.map.show(point, LOOSE);
  state.at = point;
  state.isChosen = false;
  delete box.dataset.placed;
  delete inputs.lat.dataset.was;
  device.remove(storeKey());
  putWords("");
}

/* Show a place of the list, or the photo's location, on the map; "It is here" sends it. */
function onChoice(/** @type {Targeted<MouseEvent>} */ event) {
  const choice = event.target.closest("button[data-lat]");
  if (!choice) return;
  event.preventDefault();
  const { lat, lng, name, note } = choice.dataset;
  goToPoint({ lat: Number(lat), lng: Number(lng) }, name);
  if (note) showNote(note);
  choice.closest(".offer")?.remove();
  form.querySelector("[name=go]").focus({ preventScroll: true });
}

const storeKey = () => `${PREFIX}${form.dataset.keep}-point`;
const startedAt = `${box.dataset.lat} ${box.dataset.lng}`;

function keepPoint() {
  const { at: point, words } = state;
  const stored = { at: Date.now(), startedAt, point, words, text: field.value };
  device.set(storeKey(), JSON.stringify(stored));
}

/* Return the point from before a reload; null if the server has another point since. */
function readKept() {
  const stored = JSON.parse(device.get(storeKey()));
  return stored?.startedAt === startedAt ? stored : null;
}

function restorePoint() {
  const stored = readKept();
  if (!stored) return;
  state.map.show(stored.point);
  Object.assign(state, { at: stored.point, words: stored.words, isChosen: true });
  field.value = stored.text;
  updateFields();
  inputs.lat.dataset.was = inputs.lat.value;
}

function listen() {
  for (const input of Object.values(inputs)) input.disabled = false; // the page's own point counts
  new ResizeObserver(() => state.map.resize()).observe(canvas); // the sheet below changes its size
  form.addEventListener("click", onChoice);
  field.addEventListener("input", updateFields);
  new MutationObserver(updateFields).observe(list, { childList: true });
}

/* Return the zoom at which the live map shows the same area as the static map, so that nothing jumps. */
function computeDrawnZoom() {
  const drawing = /** @type {SVGSVGElement} */ (box.querySelector("svg.basemap"));
  const { width, height } = drawing.viewBox.baseVal;
  const stretch = Math.max(box.clientWidth / width, box.clientHeight / height);
  return computeZoom(Number(box.dataset.scale) / stretch, state.at.lat);
}

async function startMap() {
  state.map = await PinMap.in(box, {
    point: state.at,
    view: { center: state.at, zoom: computeDrawnZoom() },
    onMoved: moved,
    options: { trackResize: false }, // this module resizes the map, also when the sheet changes
  });
  if (!state.map.around.contains(state.at)) state.at = state.map.point = state.map.center;
  restorePoint();
  listen();
  markPlaced();
  box.classList.add("is-live");
}

const started = startMap().then(
  () => true,
  (error) => {
    console.warn("the map stays a drawing:", error);
    locator.hidden = true; // there is no map to set the pin on
    return false;
  },
);
// Listen at once: a tap before the map has loaded counts too.
locator.addEventListener("click", findMe);
locator.disabled = false;
