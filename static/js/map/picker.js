/* The place under the pin. The map moves, the pin stays; whoever prefers words or a list uses those,
   and the three always agree: the point goes to the form's hidden fields, its words to the text.
   Until the map is ready, and where it cannot be had, the server's drawing stands. */

import { zoomFor } from "./basemap.js";
import { PinMap } from "./pin-map.js";
import { said } from "../lib/distance.js";
import { locate } from "../lib/locate.js";
import { wordsOf } from "../lib/place-words.js";
import { device } from "../lib/storage.js";

const CLOSE = 17; // zoom at which a corner and its houses are told apart
const LOOSE = 15; // when the phone is not sure
const INACCURATE = 100; // metres; a position of a wider error is shown, and somebody has to move the pin
const CALM = 250; // ms of rest until the point is described
const PREFIX = "report:"; // what is kept is thrown away with the rest of the report

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
  isChosen: false, // somebody put the pin there
  words: "", // of the point, as we know them
  /** @type {AbortController | null} */
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

function extendsWords(/** @type {string} */ typed) {
  return state.words !== "" && typed.includes(state.words.toLowerCase());
}

function say(/** @type {string} */ kind, values = {}) {
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
function tell(/** @type {string} */ note) {
  status.textContent = note;
  status.classList.add("is-warning");
  field.addEventListener("input", () => say(""), { once: true }); // other words, another place
}

/* Words that belong to the point. Where they are not known, the city finds them when it is sent. */
function put(/** @type {string} */ words) {
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
  const found = await wordsOf(box.dataset.describe, state.at, asking.signal);
  if (found && !asking.signal.aborted) described(found);
}

function described(/** @type {PlaceWords} */ { text, inside, zone }) {
  if (field.value)
    state.words = text; // somebody types their own
  else put(text);
  agree();
  if (inside) says.textContent = [text, zone].filter(Boolean).join(", ");
  else say("outside");
}

function moved(/** @type {Place} */ point) {
  clearTimeout(state.timer);
  state.at = point;
  state.isChosen = true;
  delete inputs.lat.dataset.was;
  say("");
  put(""); // the old words are not this point's
  state.timer = setTimeout(describe, CALM);
}

/** Put the pin on a point; `words` are its name where that is known. */
function goTo(/** @type {Place} */ point, words = "") {
  state.map.show(point, Math.max(CLOSE, state.map.zoom));
  moved(point);
  if (words) {
    clearTimeout(state.timer);
    put(words);
    says.textContent = words;
  }
}

async function findMe() {
  locator.setAttribute("aria-busy", "true");
  say("finding");
  const [found, isLive] = await Promise.all([locate(), started]);
  locator.removeAttribute("aria-busy");
  if (!isLive) return;
  if (found.reason) say(found.reason);
  else if (!state.map.around.contains(found)) say("far");
  else await goToPhone(found);
}

async function goToPhone(/** @type {Position} */ { lat, lng, accuracy }) {
  if (accuracy > INACCURATE) {
    showWithoutChoosing({ lat, lng });
    say("inaccurate", { far: said(accuracy, "long") });
    return;
  }
  goTo({ lat, lng });
  clearTimeout(state.timer);
  await describe();
}

/* The map shows the point, and no point counts until somebody moves the map or taps it. */
function showWithoutChoosing(/** @type {Place} */ point) {
  clearTimeout(state.timer);
  state.asked?.abort();
  state.map.show(point, LOOSE);
  state.at = point;
  state.isChosen = false;
  delete box.dataset.placed;
  delete inputs.lat.dataset.was;
  device.remove(key());
  put("");
}

/* A place of the list, or the photo's own: shown on the map first, sent with "It is here". */
function onChoice(/** @type {Targeted<MouseEvent>} */ event) {
  const choice = event.target.closest("button[data-lat]");
  if (!choice) return;
  event.preventDefault();
  const { lat, lng, name, note } = choice.dataset;
  goTo({ lat: Number(lat), lng: Number(lng) }, name);
  if (note) tell(note);
  choice.closest(".offer")?.remove();
  form.querySelector("[name=go]").focus({ preventScroll: true });
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
  state.map.show(stored.point);
  Object.assign(state, { at: stored.point, words: stored.words, isChosen: true });
  field.value = stored.text;
  agree();
  inputs.lat.dataset.was = inputs.lat.value;
}

function listen() {
  new ResizeObserver(() => state.map.resize()).observe(canvas); // the sheet below grows and shrinks
  form.addEventListener("click", onChoice);
  field.addEventListener("input", agree);
  new MutationObserver(agree).observe(list, { childList: true });
}

/* The zoom at which the map shows what the drawing shows, so that nothing jumps. */
function drawnZoom() {
  const drawing = /** @type {SVGSVGElement} */ (box.querySelector("svg.basemap"));
  const { width, height } = drawing.viewBox.baseVal;
  const stretch = Math.max(box.clientWidth / width, box.clientHeight / height);
  return zoomFor(Number(box.dataset.scale) / stretch, state.at.lat);
}

async function start() {
  state.map = await PinMap.in(box, {
    point: state.at,
    view: { center: state.at, zoom: drawnZoom() },
    onMoved: moved,
    options: { trackResize: false }, // we do, with the sheet's size too
  });
  if (!state.map.around.contains(state.at)) state.at = state.map.point = state.map.center;
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
