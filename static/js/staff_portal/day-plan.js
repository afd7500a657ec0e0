/* The order of the day's stops: a stop is dragged by its handle, or moved with the arrow keys or the buttons.
   The server stores the order and answers with the day's new HTML. */

import { on } from "../lib/dom.js";
import { fillWords } from "../lib/template.js";

const EDGE = 96; // px from the top and from the dock: a stop dragged there scrolls the page
const STEP = 12; // px of one such scroll
const AGAIN = 5_000; // ms until an order that could not be sent is sent again
const says = document.querySelector("[data-plan-says]");
/** @type {{stop: HTMLElement, grip: HTMLElement, y: number, from: number, before: HTMLElement[], frame: number} | null} */
let drag = null;
let newest = 0;

const day = () => document.querySelector("[data-day]");
const stops = () => [...document.querySelectorAll("[data-stop]")];

function showWords(/** @type {string} */ words, isProblem = false) {
  says.textContent = words;
  says.className = isProblem ? "notice notice--bad notice--floating" : "visually-hidden";
}

function sayMoved(/** @type {HTMLElement} */ stop) {
  const all = stops();
  const place = { what: stop.dataset.name, n: all.indexOf(stop) + 1, all: all.length };
  showWords(fillWords(says.dataset.moved, place));
}

function numberStops() {
  stops().forEach((stop, n) => {
    stop.querySelector(".num").textContent = String(n + 1);
  });
}

function moveStop(/** @type {HTMLElement} */ stop, /** @type {number} */ by) {
  const all = stops();
  const other = all[all.indexOf(stop) + by];
  if (!other) return;
  if (by < 0) other.before(stop);
  else other.after(stop);
  numberStops();
  saveOrder(stop);
}

/* Restore the focus after the day was rendered again. */
function focusAgain(/** @type {string} */ reference, /** @type {string} */ selector) {
  const stop = document.querySelector(`[data-stop="${CSS.escape(reference)}"]`);
  const wanted = stop?.querySelector(`${selector}:not(:disabled)`) ?? stop?.querySelector("[data-grip]");
  wanted?.focus({ preventScroll: true });
}

function redraw(/** @type {string} */ html, /** @type {HTMLElement} */ stop, /** @type {string} */ selector) {
  const made = document.createElement("template");
  made.innerHTML = html; // the HTML is the server's
  day().replaceWith(made.content.querySelector("[data-day]"));
  focusAgain(stop.dataset.stop, selector);
  document.dispatchEvent(new Event("crew:drawn"));
}

function makeForm() {
  const body = new FormData(document.querySelector("form#order"));
  for (const stop of stops()) body.append("stop", stop.dataset.stop);
  if (day().classList.contains("day--changing")) body.append("change", "1");
  return body;
}

async function saveOrder(/** @type {HTMLElement} */ stop) {
  newest += 1;
  const mine = newest;
  const held = /** @type {HTMLElement} */ (document.activeElement)?.dataset;
  const selector = held?.move ? `[data-move="${held.move}"]` : "[data-grip]";
  sayMoved(stop);
  try {
    const headers = { "X-Requested-With": "fetch" };
    const answer = await fetch(day().dataset.order, { method: "POST", body: makeForm(), headers });
    if (mine !== newest || drag) return;
    if (answer.ok && !answer.redirected) redraw(await answer.text(), stop, selector);
    else location.reload(); // signed out, or something else that a full page shows better
  } catch {
    if (mine !== newest) return;
    showWords(says.dataset.failed, true);
    sendAgain(() => mine === newest && saveOrder(stop));
  }
}

/* Send again when the phone is back online, or after a delay. */
function sendAgain(/** @type {() => void} */ send) {
  const over = new AbortController();
  const go = () => {
    over.abort();
    clearTimeout(timer);
    send();
  };
  const timer = setTimeout(go, AGAIN);
  addEventListener("online", go, { signal: over.signal });
}

function pickUpStop(/** @type {HTMLElement} */ grip, /** @type {PointerEvent} */ event) {
  if (event.button > 0 || drag) return;
  event.preventDefault();
  const stop = grip.closest("[data-stop]");
  grip.setPointerCapture(event.pointerId);
  drag = { stop, grip, y: event.clientY, from: event.clientY + scrollY, before: stops(), frame: 0 };
  stop.classList.add("is-held");
  document.body.classList.add("is-dragging");
  drag.frame = requestAnimationFrame(scrollAtEdges);
}

function scrollAtEdges() {
  if (!drag) return;
  const floor = innerHeight - EDGE - (document.querySelector(".dock")?.offsetHeight ?? 0);
  if (drag.y < EDGE) scrollBy(0, -STEP);
  else if (drag.y > floor) scrollBy(0, STEP);
  followFinger();
  drag.frame = requestAnimationFrame(scrollAtEdges);
}

/* Move the held stop with the finger; if its middle passes a neighbor's, the two swap. */
function followFinger() {
  const { stop } = drag;
  const finger = drag.y + scrollY;
  shiftStop(finger - drag.from);
  const box = stop.getBoundingClientRect();
  const middle = box.top + box.height / 2;
  for (const other of [stop.previousElementSibling, stop.nextElementSibling]) {
    const there = other?.getBoundingClientRect();
    if (!there) continue;
    const isAbove = other === stop.previousElementSibling;
    const passed = isAbove ? middle < there.top + there.height / 2 : middle > there.top + there.height / 2;
    if (!passed) continue;
    const was = stop.offsetTop;
    if (isAbove) other.before(stop);
    else other.after(stop);
    drag.from += stop.offsetTop - was;
    shiftStop(finger - drag.from);
    numberStops();
    return;
  }
}

function shiftStop(/** @type {number} */ pixels) {
  drag.stop.style.transform = `translateY(${pixels}px)`;
}

function dropStop(/** @type {boolean} */ isKept) {
  const { stop, before, frame, grip } = drag;
  cancelAnimationFrame(frame);
  stop.style.transform = "";
  stop.classList.remove("is-held");
  document.body.classList.remove("is-dragging");
  const isMoved = stops().some((each, n) => each !== before[n]);
  if (isMoved && !isKept) {
    before.forEach((each) => each.parentElement.append(each));
    numberStops();
  }
  drag = null;
  if (isMoved && isKept) {
    grip.focus({ preventScroll: true });
    saveOrder(stop);
  }
}

on("pointerdown", "[data-grip]", pickUpStop);
document.addEventListener("pointermove", (event) => {
  if (drag) drag.y = event.clientY;
});
document.addEventListener("pointerup", () => drag && dropStop(true));
document.addEventListener("pointercancel", () => drag && dropStop(false));
document.addEventListener("keydown", ({ key }) => drag && key === "Escape" && dropStop(false));
on("keydown", "[data-grip]", (grip, event) => {
  const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (!by) return;
  event.preventDefault();
  moveStop(grip.closest("[data-stop]"), by);
});
on("click", "[data-move]", (button, event) => {
  event.preventDefault();
  moveStop(button.closest("[data-stop]"), Number(button.dataset.move));
});
