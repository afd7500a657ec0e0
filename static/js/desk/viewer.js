/* The photos of a request in full screen. Plus and minus, the wheel, a double click or two fingers zoom; a
   drag moves the photo. Without this module a photo opens in a tab. */

import { isModified } from "../lib/dom.js";
import { fillWords } from "../lib/template.js";
import { PhotoViewer } from "../lib/photo-viewer.js";

const MOST = 8; // maximum zoom factor
const STEP = 1.5;
const STILL = 5; // maximum movement of a finger in a tap, in px
const DOUBLE = 300; // maximum ms between two taps

const dialog = document.querySelector("dialog[data-viewer]");
const stage = dialog.querySelector("[data-stage]");
const part = (/** @type {string} */ name) => dialog.querySelector(`[data-${name}]`);
const viewer = new PhotoViewer(dialog, {
  links: "#panel a[data-shot]",
  sameAs: ({ dataset }) => dataset.shot,
  describe,
});
const state = { scale: 1, x: 0, y: 0, fingers: new Map(), tappedAt: 0, swipe: 0 };

export function start() {
  dialog.addEventListener("keydown", onKey);
  viewer.picture.addEventListener("load", () => dialog.classList.remove("is-loading"));
  stage.addEventListener("wheel", onWheel, { passive: false });
  stage.addEventListener("pointerdown", onDown);
  stage.addEventListener("pointermove", onMove);
  stage.addEventListener("pointerup", onUp);
  stage.addEventListener("pointercancel", onUp);
  part("viewer-tools").addEventListener("click", onTools);
  part("nearer").addEventListener("click", () => zoomAt(STEP));
  part("farther").addEventListener("click", () => zoomAt(1 / STEP));
}

/** @type {Describe} */
function describe({ dataset }, number, count) {
  const { label, when, who, hidden, tools } = dataset;
  dialog.classList.add("is-loading");
  dialog.querySelector("img").alt = [label, when, who].join(", ");
  part("viewer-label").textContent = label;
  part("viewer-when").textContent = [when, who, hidden].filter(Boolean).join(" · ");
  part("viewer-tools").setAttribute("href", tools);
  const words = part("viewer-count").dataset.words;
  part("viewer-count").textContent = fillWords(words, { n: number, total: count });
  for (const name of ["previous", "next", "viewer-count"]) part(name).hidden = count < 2;
  fitPhoto();
}

/* Open the page that redacts the photo in the panel. */
function onTools(/** @type {Targeted<MouseEvent>} */ event) {
  event.preventDefault();
  dialog.close();
  window.htmx.ajax("GET", part("viewer-tools").getAttribute("href"), { target: "#panel" });
}

/* Zoom */

/** @type {Record<string, () => void>} */
const KEYS = {
  "+": () => zoomAt(STEP),
  "=": () => zoomAt(STEP),
  "-": () => zoomAt(1 / STEP),
  0: fitPhoto,
  p: () => dialog.close(),
};

function onKey(/** @type {KeyboardEvent} */ event) {
  const act = KEYS[event.key.toLowerCase()];
  if (!act || isModified(event)) return;
  event.preventDefault();
  act();
}

function onWheel(/** @type {WheelEvent} */ event) {
  event.preventDefault();
  const { left, top } = stage.getBoundingClientRect();
  zoomAt(Math.exp(-event.deltaY / 300), event.clientX - left, event.clientY - top);
}

function fitPhoto() {
  Object.assign(state, { scale: 1, x: 0, y: 0 });
  placePhoto();
}

/* Zoom by `factor` around a point of the screen; the point keeps its position. */
function zoomAt(/** @type {number} */ factor, x = stage.clientWidth / 2, y = stage.clientHeight / 2) {
  const scale = Math.min(MOST, Math.max(1, state.scale * factor));
  const real = scale / state.scale;
  const fromMiddle = [x - stage.clientWidth / 2, y - stage.clientHeight / 2];
  state.x = fromMiddle[0] - (fromMiddle[0] - state.x) * real;
  state.y = fromMiddle[1] - (fromMiddle[1] - state.y) * real;
  state.scale = scale;
  placePhoto();
}

function placePhoto() {
  const most = (/** @type {number} */ size) => (size * (state.scale - 1)) / 2;
  const within = (/** @type {number} */ value, /** @type {number} */ limit) =>
    Math.min(limit, Math.max(-limit, value));
  state.x = within(state.x, most(stage.clientWidth));
  state.y = within(state.y, most(stage.clientHeight));
  viewer.picture.style.transform = `translate(${state.x}px, ${state.y}px) scale(${state.scale})`;
  dialog.classList.toggle("is-near", state.scale > 1);
}

/* Fingers and the mouse: one pointer moves or swipes, two zoom. */

const measureSpread = (/** @type {{x: number, y: number}[]} */ [a, b]) => Math.hypot(a.x - b.x, a.y - b.y);

function onDown(/** @type {Targeted<PointerEvent>} */ event) {
  if (event.target.closest("button")) return;
  stage.setPointerCapture(event.pointerId);
  state.fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  state.swipe = 0;
}

function onMove(/** @type {PointerEvent} */ event) {
  const before = state.fingers.get(event.pointerId);
  if (!before) return;
  const now = { x: event.clientX, y: event.clientY };
  const apart = [...state.fingers.values()];
  state.fingers.set(event.pointerId, now);
  if (apart.length === 2)
    return zoomByPinch(measureSpread([...state.fingers.values()]) / measureSpread(apart), now);
  if (state.scale === 1) {
    state.swipe += now.x - before.x;
    return;
  }
  state.x += now.x - before.x;
  state.y += now.y - before.y;
  placePhoto();
}

function zoomByPinch(/** @type {number} */ factor, /** @type {{x: number, y: number}} */ at) {
  const { left, top } = stage.getBoundingClientRect();
  state.swipe = 0;
  zoomAt(factor, at.x - left, at.y - top);
}

function onUp(/** @type {PointerEvent} */ event) {
  if (!state.fingers.delete(event.pointerId) || state.fingers.size) return;
  if (viewer.swipe(state.swipe) || Math.abs(state.swipe) > STILL) return;
  const isSecond = event.timeStamp - state.tappedAt < DOUBLE;
  state.tappedAt = isSecond ? 0 : event.timeStamp;
  if (isSecond) toggleZoom(event);
}

function toggleZoom(/** @type {PointerEvent} */ event) {
  if (state.scale > 1) return fitPhoto();
  const { left, top } = stage.getBoundingClientRect();
  zoomAt(2.5, event.clientX - left, event.clientY - top);
}
