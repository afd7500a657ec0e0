/* Photos over the whole screen: arrows from one to the next, plus and minus, the wheel, a double
   click or two fingers to look closer, a drag to move. Without this module a photo opens in a tab. */

const MOST = 8; // times as large
const STEP = 1.5;
const SWIPE = 60; // px
const DOUBLE = 300; // ms between two taps

/** @type {HTMLDialogElement} */
const viewer = document.querySelector("[data-viewer]");
const stage = viewer.querySelector("[data-stage]");
const picture = stage.querySelector("img");
const part = (name) => viewer.querySelector(`[data-${name}]`);
const state = { shots: [], index: 0, scale: 1, x: 0, y: 0, fingers: new Map(), tappedAt: 0, swipe: 0 };

function shots() {
  const found = new Map();
  for (const link of document.querySelectorAll("#panel [data-shot]")) {
    if (!found.has(link.dataset.shot)) found.set(link.dataset.shot, link);
  }
  return [...found.values()];
}

function open(link) {
  state.shots = shots();
  const index = state.shots.findIndex((one) => one.dataset.shot === link.dataset.shot);
  viewer.showModal();
  show(Math.max(0, index));
}

function show(index) {
  const { shots: all } = state;
  state.index = (index + all.length) % all.length;
  const { href, dataset } = all[state.index];
  viewer.classList.add("is-loading");
  picture.src = href;
  picture.alt = [dataset.label, dataset.when, dataset.who].join(", ");
  part("viewer-label").textContent = dataset.label;
  part("viewer-when").textContent = [dataset.when, dataset.who, dataset.hidden].filter(Boolean).join(" · ");
  part("viewer-tools").setAttribute("href", dataset.tools);
  part("viewer-count").textContent = part("viewer-count")
    .dataset.words.replace("{n}", String(state.index + 1))
    .replace("{total}", String(all.length));
  for (const name of ["previous", "next", "viewer-count"]) part(name).hidden = all.length < 2;
  fit();
}

function fit() {
  Object.assign(state, { scale: 1, x: 0, y: 0 });
  place();
}

/* Nearer by `factor` around a point of the screen, so that what is under it stays under it. */
function zoom(factor, x = stage.clientWidth / 2, y = stage.clientHeight / 2) {
  const scale = Math.min(MOST, Math.max(1, state.scale * factor));
  const real = scale / state.scale;
  const fromMiddle = [x - stage.clientWidth / 2, y - stage.clientHeight / 2];
  state.x = fromMiddle[0] - (fromMiddle[0] - state.x) * real;
  state.y = fromMiddle[1] - (fromMiddle[1] - state.y) * real;
  state.scale = scale;
  place();
}

function place() {
  const most = (size) => (size * (state.scale - 1)) / 2;
  const within = (value, limit) => Math.min(limit, Math.max(-limit, value));
  state.x = within(state.x, most(stage.clientWidth));
  state.y = within(state.y, most(stage.clientHeight));
  picture.style.transform = `translate(${state.x}px, ${state.y}px) scale(${state.scale})`;
  viewer.classList.toggle("is-near", state.scale > 1);
}

const KEYS = {
  ArrowLeft: () => show(state.index - 1),
  ArrowRight: () => show(state.index + 1),
  "+": () => zoom(STEP),
  "=": () => zoom(STEP),
  "-": () => zoom(1 / STEP),
  0: fit,
  p: () => viewer.close(),
};

function onKey(event) {
  const act = KEYS[event.key.toLowerCase()] ?? KEYS[event.key];
  if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  act();
}

function onWheel(event) {
  event.preventDefault();
  const { left, top } = stage.getBoundingClientRect();
  zoom(Math.exp(-event.deltaY / 300), event.clientX - left, event.clientY - top);
}

/* Fingers and the mouse: one moves or swipes, two look closer. */

/** @param {{x: number, y: number}[]} fingers */
const spread = ([a, b]) => Math.hypot(a.x - b.x, a.y - b.y);

function onDown(event) {
  if (event.target.closest("button")) return;
  stage.setPointerCapture(event.pointerId);
  state.fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  state.swipe = 0;
}

function onMove(event) {
  const before = state.fingers.get(event.pointerId);
  if (!before) return;
  const now = { x: event.clientX, y: event.clientY };
  const apart = [...state.fingers.values()];
  state.fingers.set(event.pointerId, now);
  if (apart.length === 2) return pinch(spread([...state.fingers.values()]) / spread(apart), now);
  if (state.scale === 1) {
    state.swipe += now.x - before.x;
    return;
  }
  state.x += now.x - before.x;
  state.y += now.y - before.y;
  place();
}

function pinch(factor, at) {
  const { left, top } = stage.getBoundingClientRect();
  state.swipe = 0;
  zoom(factor, at.x - left, at.y - top);
}

function onUp(event) {
  if (!state.fingers.delete(event.pointerId) || state.fingers.size) return;
  if (Math.abs(state.swipe) > SWIPE && state.shots.length > 1)
    return show(state.index - Math.sign(state.swipe));
  if (Math.abs(state.swipe) > 5) return;
  const isSecond = event.timeStamp - state.tappedAt < DOUBLE;
  state.tappedAt = isSecond ? 0 : event.timeStamp;
  if (isSecond) lookCloser(event);
}

function lookCloser(event) {
  if (state.scale > 1) return fit();
  const { left, top } = stage.getBoundingClientRect();
  zoom(2.5, event.clientX - left, event.clientY - top);
}

function onClick(event) {
  const link = event.target.closest("#panel [data-shot]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  open(link);
}

/* A photo is taken out of the public's sight on a page of its own, where the panel is. */
function onTools(event) {
  event.preventDefault();
  const { href } = event.currentTarget;
  viewer.close();
  window.htmx.ajax("GET", href, { target: "#panel" });
}

export function start() {
  document.addEventListener("click", onClick);
  viewer.addEventListener("keydown", onKey);
  viewer.addEventListener("close", () => picture.removeAttribute("src"));
  picture.addEventListener("load", () => viewer.classList.remove("is-loading"));
  stage.addEventListener("wheel", onWheel, { passive: false });
  stage.addEventListener("pointerdown", onDown);
  stage.addEventListener("pointermove", onMove);
  for (const name of ["pointerup", "pointercancel"]) stage.addEventListener(name, onUp);
  part("viewer-tools").addEventListener("click", onTools);
  part("previous").addEventListener("click", () => show(state.index - 1));
  part("next").addEventListener("click", () => show(state.index + 1));
  part("nearer").addEventListener("click", () => zoom(STEP));
  part("farther").addEventListener("click", () => zoom(1 / STEP));
}
