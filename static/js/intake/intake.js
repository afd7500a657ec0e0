/* The form of a call, usable with the keyboard alone. Enter moves to the next field, a digit answers a
   question, Ctrl+Enter files the report. htmx loads the options, the questions and the open requests around
   the place. Without this module the form works in steps. */

import { createComboboxes } from "./combobox.js";
import { forgetCalls, keepCall, readCall, putValuesBack } from "./drafts.js";
import { isModified, on, setText } from "../lib/dom.js";
import { findFields } from "../lib/form-values.js";
import { IntakeMap } from "./map.js";

const STOPS = "#place, #what, .intake__more :is(input, select, textarea), #file-it"; // stops of the Enter key
const TYPED = "#place, #what, textarea, .intake__more input:not([type=radio], [type=checkbox])";
const form = document.querySelector("form[data-intake]");
const questions = document.querySelector("#questions");
const around = document.querySelector("#around");
const place = document.querySelector("input#place");
const fileIt = document.querySelector("button#file-it");
const trouble = form.querySelector("[data-trouble]");
const findHidden = (/** @type {string} */ name) => form.querySelector(`input[type=hidden][name=${name}]`);
const refreshRegion = (/** @type {HTMLElement} */ region) => window.htmx.trigger(region, "look");

const state = {
  /** @type {ReturnType<typeof createComboboxes>} */
  fields: null,
  /** @type {IntakeMap} */
  map: null,
  /** @type {string[]} */
  held: [], // digits that were pressed before the questions loaded
  isAsking: false, // the questions are loading, and the first one gets the focus
  street: "", // the text of a place that is a whole street
  /** @type {Pair[]} */
  back: [], // stored values of questions that are still loading
};

// Start after htmx, which initializes in a timer of its own.
setTimeout(start);

function start() {
  state.fields = createComboboxes();
  state.map = new IntakeMap(form.querySelector("[data-intake-map]"), onPinMoved);
  form.addEventListener("chosen", onChosen);
  form.addEventListener("input", onTyping);
  form.addEventListener("change", onPick);
  form.addEventListener("change", () => keepCall(form));
  form.addEventListener("keydown", onKey);
  form.addEventListener("submit", onSubmit);
  on("click", "form[data-intake] [data-start-over]", onStartOver);
  document.addEventListener("htmx:after:swap", onSwap);
  document.addEventListener("htmx:after:request", onAnswer);
  document.addEventListener("htmx:error", () => showTrouble("off"));
  addEventListener("pageshow", onShow);
  if ("fresh" in form.dataset) restoreCall();
  else keepCall(form);
  document.querySelector("[data-problems]")?.focus();
  form.dataset.ready = "";
}

function restoreCall() {
  const pairs = readCall(form);
  const had = new Map(pairs);
  const isSomething = ["place", "what", "description", "name", "phone", "email"].some((name) =>
    had.get(name),
  );
  if (!isSomething) return;
  state.back = pairs;
  putValuesBack(form, pairs);
  for (const id of ["place", "what"]) state.fields.get(id).settle(had.get(id) ?? "");
  form.querySelector("[data-brought-back]").hidden = false;
  focusPlace();
  if (had.get("latitude"))
    state.map.show({ lat: Number(had.get("latitude")), lng: Number(had.get("longitude")) });
  if (had.get("category_code")) refreshRegion(questions);
  if (had.get("latitude")) refreshRegion(around);
  if (had.get("phone") || had.get("email")) refreshRegion(form.querySelector(".who-calls__reach"));
}

/* Focus the place and select its text, even if the browser has not handled autofocus yet. */
function focusPlace() {
  const active = document.activeElement;
  if (active !== place && active !== document.body) return;
  place.focus();
  place.select();
}

/* The place and the category, once they are known */

/* Clear the place when the text no longer matches the pin. */
function onTyping(/** @type {Targeted<Event, HTMLInputElement>} */ { target }) {
  if (target === place && findHidden("latitude").value && !extendsKnown()) {
    state.map.clear();
    setPlace({});
  }
  if (target.id === "what" && findHidden("category_code").value && target.value.trim() === "")
    setCategory({});
  keepCall(form);
}

function onChosen(/** @type {HTMLElementEventMap["chosen"]} */ { target, detail }) {
  if (target === place) {
    setPlace(/** @type {DOMStringMap} */ (detail));
    state.map.show({ lat: Number(detail.latitude), lng: Number(detail.longitude) });
    if (detail.moves) enterField(document.getElementById(place.dataset.next));
  } else {
    state.isAsking = detail.moves;
    setCategory(/** @type {DOMStringMap} */ (detail));
    if (detail.moves) questions.focus();
  }
  keepCall(form);
}

function onPick(/** @type {Targeted<Event, HTMLInputElement>} */ { target }) {
  if (target.name !== "spot" && target.name !== "category_code") return;
  const field = target.name === "spot" ? place : form.querySelector("#what");
  state.fields.get(field.id).settle(target.dataset.name);
  field.dispatchEvent(
    new CustomEvent("chosen", { bubbles: true, detail: { ...target.dataset, moves: true } }),
  );
}

function setPlace({ latitude = "", longitude = "", name = "" }) {
  findHidden("latitude").value = latitude;
  findHidden("longitude").value = longitude;
  findHidden("known_place").value = name;
  form.querySelector("[data-picks=place]")?.remove();
  refreshRegion(around);
}

function setCategory({ categoryCode = "" }) {
  findHidden("category_code").value = categoryCode;
  form.querySelector("[data-picks=what]")?.remove();
  refreshRegion(questions);
  refreshRegion(around);
}

function extendsKnown() {
  const known = findHidden("known_place").value.toLowerCase();
  return known !== "" && place.value.toLowerCase().includes(known);
}

/* Set the place to the pin. The text of a whole street stays, because it may have a house number. */
function onPinMoved(/** @type {Place} */ { lat, lng }) {
  const name = place.value === state.street ? state.street : "";
  state.fields.get("place").settle(name);
  setPlace({ latitude: lat.toFixed(6), longitude: lng.toFixed(6), name });
}

/* Replace the text with the server's name for the pin's position. */
function nameThePlace() {
  if (around.querySelector("[data-street]")) state.street = findHidden("known_place").value;
  const words = around.querySelector("[data-words]")?.dataset.words;
  if (!words || findHidden("known_place").value || !findHidden("latitude").value) return;
  findHidden("known_place").value = words;
  state.fields.get("place").settle(words);
  keepCall(form);
}

/* The questions */

function onSwap(/** @type {HtmxEvent} */ { detail }) {
  const region = detail.ctx.target;
  if (region === around) {
    nameThePlace();
    form.querySelector("[data-around-says]").textContent =
      around.querySelector("[data-said]")?.dataset.said ?? "";
  }
  if (region !== questions) return;
  putValuesBack(questions, state.back);
  if (state.isAsking) startAnswering();
}

function startAnswering() {
  state.isAsking = false;
  const first = questions.querySelector("input, textarea") ?? form.querySelector("#id_description");
  first.focus();
  for (const digit of state.held.splice(0))
    chooseAnswer(/** @type {HTMLElement} */ (document.activeElement), digit);
}

/* Choose the n-th option of the focused question; in a single choice, move to the next question. */
function chooseAnswer(/** @type {HTMLElement} */ control, /** @type {string} */ digit) {
  const offers = [...(control.closest("fieldset")?.querySelectorAll(".tile-choice input") ?? [])];
  const chosen = offers[Number(digit) - 1];
  if (!chosen) return;
  chosen.focus();
  chosen.click();
  const halt = chosen.parentElement.querySelector(".halt");
  if (chosen.type === "radio" && !halt) goToNext(chosen);
}

/* Keys: Enter moves to the next question, a digit answers */

function onKey(/** @type {Targeted<KeyboardEvent>} */ event) {
  if (event.isComposing) return;
  if (event.key === "Enter") onEnter(event);
  else if (/^[1-9]$/.test(event.key) && !isModified(event)) onDigit(event);
}

function onEnter(/** @type {Targeted<KeyboardEvent>} */ event) {
  const { target } = event;
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    form.requestSubmit(fileIt);
  } else if (target.matches("input, select")) {
    event.preventDefault(); // Enter never chooses: a digit, an arrow key or the space bar does
    goToNext(/** @type {HTMLInputElement} */ (target));
  }
}

function onDigit(/** @type {Targeted<KeyboardEvent>} */ event) {
  const { target } = event;
  if (target === questions && state.isAsking) state.held.push(event.key);
  else if (!isChoice(target) || !questions.contains(target)) return;
  else chooseAnswer(target, event.key);
  event.preventDefault();
}

function goToNext(/** @type {HTMLInputElement} */ control) {
  const all = listStops();
  const here = all.findIndex((one) => one === control || (one.name && one.name === control.name));
  const to = all[here + 1] ?? fileIt;
  enterField(findFields(form, to.name).find((one) => one.checked) ?? to);
}

/* Return the stops of the Enter key: one for each question, none on the map. */
function listStops() {
  const controls = /** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll(STOPS));
  const names = new Set();
  return [...controls].filter(({ name, type, id }) => {
    if (type === "hidden" || (name && names.has(name))) return false;
    names.add(name || id);
    return true;
  });
}

/* Focus a field and select its text, as Tab does. */
function enterField(/** @type {HTMLElement} */ control) {
  control.focus();
  if (control instanceof HTMLInputElement) control.select();
}

const isChoice = (/** @type {HTMLElement} */ control) =>
  control.matches("input[type=radio], input[type=checkbox]");

/* If the server cannot be reached, typing continues, and the page shows why no options load. */

function onAnswer(/** @type {HtmxEvent} */ { detail }) {
  const { status, headers } = detail.ctx.response;
  const away = headers.has("X-Read-Only") ? "closed" : "off";
  showTrouble(status === 401 ? "out" : status >= 500 ? away : "");
}

function showTrouble(/** @type {string} */ what) {
  setText(trouble, what ? trouble.dataset[what] : "");
}

/* Send the form once; keep the draft until the server has it. */

function onSubmit(/** @type {Event} */ event) {
  if (form.getAttribute("aria-busy") === "true") return event.preventDefault();
  keepCall(form);
  return form.setAttribute("aria-busy", "true");
}

/* Reload the page if a person returns from a filed call: another call needs another key. */
function onShow(/** @type {PageTransitionEvent} */ { persisted }) {
  form.removeAttribute("aria-busy");
  if (persisted && readCall(form).length === 0) location.reload();
}

/* Ask whether the call is over, unless it cannot be filed. */
function onStartOver(/** @type {HTMLElement} */ link, /** @type {Event} */ event) {
  if (link.dataset.startOver === "sure" || !isTyped() || window.confirm(form.dataset.sure)) forgetCalls();
  else event.preventDefault();
}

function isTyped() {
  const fields = /** @type {NodeListOf<Field>} */ (form.querySelectorAll(TYPED));
  return [...fields].some((field) => field.value.trim());
}
