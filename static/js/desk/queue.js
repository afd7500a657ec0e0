/* The queue: filters that apply at once, saved views, and selection of several lines for a bulk action.
   Without this module the same controls are plain links and forms. */

import { $, all, foldWords, isModified, on } from "../lib/dom.js";
import { fillWords } from "../lib/template.js";
import { areKeysOn } from "./shortcuts.js";
import { isTyping } from "./key-guard.js";

const PASSES = new Set(["/", "?", "b", "f", "v"]); // keys with the same meaning while selecting
/** @type {Map<string, string>} */
const picked = new Map(); // id of a request -> the value of its tick when it was ticked
/** @type {{anchor: string | null, line: string, gone: number, told: string}} */
const state = { anchor: null, line: "", gone: 0, told: "" };

const desk = $("[data-desk]");
const bar = () => $("#q-bulk");
const ticks = () => all("#q-list .queue__tick input");
const idOf = (/** @type {HTMLInputElement} */ tick) => tick.value.split(":")[0];
const isSelecting = () => desk.classList.contains("is-selecting");

start();

function start() {
  document.addEventListener("keydown", onKey, true);
  document.addEventListener("toggle", onToggle, true);
  on("focusin", "#q-list li", ({ id }) => (state.line = id));
  on("click", ".queue__tick input", (tick, event) => onTick(tick, event.shiftKey && state.anchor !== null));
  on("click", "[data-facets-done]", onFiltersDone);
  on("click", "[data-tick-all]", tickAll);
  on("click", "[data-original-open]", () => {
    $("input#bulk-original").value = $("#request")?.dataset.reference ?? "";
  });
  on("click", "[data-select], [data-select-end]", toggleSelecting);
  document.addEventListener("htmx:config:request", onConfig);
  document.addEventListener("htmx:after:swap", onSwap);
  document.addEventListener("htmx:after:swap", filterFacets);
  document.addEventListener("input", (event) => isFacetFind(event) && filterFacets());
  // This field filters the list of filters, not the queue.
  document.addEventListener("change", (event) => isFacetFind(event) && event.stopPropagation(), true);
  filterFacets();
  showOffers();
  restoreTicks();
  if ($("#queue.is-selecting")) startSelecting();
  desk.dataset.queueReady = "";
}

function toggleSelecting(/** @type {HTMLElement} */ _button, /** @type {Event} */ event) {
  event.preventDefault();
  (isSelecting() ? endSelecting : startSelecting)();
}

function onSwap(/** @type {HtmxEvent} */ { detail: { ctx } }) {
  if (ctx.target?.id === "panel" && $("#panel [data-batch]") && isSelecting()) endSelecting();
  if (ctx.target?.id === "q-views-list" && $("#q-views:popover-open")) focusViews(ctx.target);
  restoreTicks();
  showOffers();
}

function showOffers() {
  for (const one of all("[data-tick-all], [data-original-open]")) one.hidden = false;
}

/* Filters */

/* Send the current filters of the queue, not those that applied when the panel was loaded. */
function onConfig(/** @type {HtmxEvent} */ { detail: { ctx } }) {
  if (ctx.sourceElement?.id === "q-bulk") addPicked(ctx.request.body);
  if (!ctx.sourceElement?.closest?.("#panel")) return;
  const { query, names } = $("#queue").dataset;
  const [path, given = ""] = ctx.request.action.split("?");
  const kept = new URLSearchParams(given);
  for (const name of names.split(" ")) kept.delete(name);
  const rest = kept.toString();
  ctx.request.action = `${path}?${query}${rest ? `&${rest}` : ""}`;
}

/* Replace the ticked rows of the form data with the stored values, also while the list is being replaced. */
function addPicked(/** @type {FormData} */ body) {
  body.delete("row");
  for (const value of picked.values()) body.append("row", value);
}

function onToggle(/** @type {Targeted<ToggleEvent>} */ { target, newState }) {
  if (newState !== "open") return;
  if (target.id === "q-views") window.htmx.trigger($("#q-views-list"), "opened");
  if (target.matches(".bulk__acts > details")) target.querySelector("[data-first]").focus();
}

function filterFacets() {
  const field = $("input#q-facet-find");
  if (!field) return;
  field.parentElement.hidden = false;
  const typed = foldWords(field.value.trim());
  for (const facet of all("#q-facets .facet")) {
    const isNamed = foldWords(facet.querySelector("legend").textContent).includes(typed);
    const options = [...facet.querySelectorAll(".facet__one")];
    for (const one of options) {
      const says = foldWords(one.querySelector("span").textContent).includes(typed);
      one.hidden = !(isNamed || says || one.querySelector("input").checked);
    }
    facet.hidden = typed !== "" && options.every((one) => one.hidden);
  }
  const says = field.parentElement.querySelector("[data-none]");
  says.textContent = all("#q-facets .facet:not([hidden])").length ? "" : says.dataset.none;
}

/* Focus the error, else the current view, else the first view, else the field for a new name. */
function focusViews(/** @type {HTMLElement} */ list) {
  const first = [".usa-error-message ~ input", "[aria-current]", "a", "input[name=name]"];
  first
    .map((selector) => list.querySelector(selector))
    .find(Boolean)
    ?.focus();
}

function onFiltersDone(/** @type {HTMLElement} */ _button, /** @type {Event} */ event) {
  event.preventDefault();
  $("#q-filters").hidePopover();
  $("#q-list .queue-item")?.focus();
}

const isFacetFind = (/** @type {Targeted} */ { target }) => target.id === "q-facet-find";

/* Selection: ticked requests are stored by id, with a value that stands for what the agent saw. */

function startSelecting() {
  desk.classList.add("is-selecting");
  (findTick($("#q-list .queue-item[aria-current]")?.closest("li")) ?? ticks()[0])?.focus();
  showCount();
}

function endSelecting() {
  for (const element of [desk, $("#queue")]) element.classList.remove("is-selecting");
  for (const tick of ticks()) tick.checked = false;
  for (const details of all("#q-bulk details[open]")) details.open = false;
  $("#q-bulk-problems").replaceChildren();
  picked.clear();
  Object.assign(state, { anchor: null, gone: 0 });
  ($("#q-list .queue-item[aria-current]") ?? $("#q-list .queue-item"))?.focus();
}

function onTick(/** @type {HTMLInputElement} */ tick, /** @type {boolean} */ isRange) {
  if (isRange) setRange(tick, tick.checked);
  else setTick(tick, tick.checked);
  state.anchor = idOf(tick);
  showCount();
}

/* Tick or untick all lines from the previously ticked line to this one. */
function setRange(/** @type {HTMLInputElement} */ to, /** @type {boolean} */ isOn) {
  const found = ticks();
  const from = found.findIndex((tick) => idOf(tick) === state.anchor);
  const [first, last] = [from < 0 ? found.indexOf(to) : from, found.indexOf(to)].sort((a, b) => a - b);
  for (const tick of found.slice(first, last + 1)) setTick(tick, isOn);
}

function setTick(/** @type {HTMLInputElement} */ tick, /** @type {boolean} */ isOn) {
  tick.checked = isOn;
  if (!isOn) picked.delete(idOf(tick));
  else if (!picked.has(idOf(tick))) picked.set(idOf(tick), tick.value);
}

function tickAll() {
  const free = ticks().slice(0, Number(bar().dataset.most));
  const isOn = !free.every((tick) => tick.checked);
  for (const tick of ticks()) setTick(tick, isOn && free.includes(tick));
  showCount();
}

function showCount() {
  const line = $("[data-ticked]");
  const most = Number(bar().dataset.most);
  const n = picked.size;
  const kind = n > most ? "over" : (["none", "one"][n] ?? "many");
  const gone = state.gone ? ` · ${fillWords(line.dataset.gone, { n: state.gone })}` : "";
  line.textContent = fillWords(line.dataset[kind], { n, most }) + gone;
  line.classList.toggle("is-over", n > most);
  showUsualDepartment();
}

/* Update how many of the ticked requests are usually routed to another department. */
function showUsualDepartment() {
  const ids = [...picked.keys()].join();
  const department = $("select#bulk-department");
  if (department?.value && ids !== state.told) window.htmx.trigger(department, "ticked");
  state.told = ids;
}

/* Restore ticks after the list was replaced, with the values stored then. Drop the ticks of requests that
   another agent took. */
function restoreTicks() {
  const shown = new Map(ticks().map((tick) => [idOf(tick), tick]));
  for (const [id, value] of picked) {
    const tick = shown.get(id);
    if (tick) Object.assign(tick, { value, checked: true });
    else {
      picked.delete(id);
      state.gone += $(`#q-${id}`) ? 1 : 0;
    }
  }
  for (const tick of shown.values()) if (tick.checked) setTick(tick, true);
  if (isSelecting()) showCount();
}

/* Handle keys while selecting: they act on the list and never on the open request. */

function onKey(/** @type {Targeted<KeyboardEvent>} */ event) {
  if ($("dialog[open]")) return;
  if (!isSelecting()) {
    if (!isModified(event) && !isTyping(event.target)) onFirstKey(event);
    return;
  }
  if (event.key === "Escape") {
    if (closeOrEnd()) stopEvent(event);
    return;
  }
  if (isModified(event) || isTyping(event.target)) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const isArrow = key.startsWith("Arrow");
  if (isArrow && event.target.closest("#panel, [popover]")) return;
  if (KEYS[key] && (isArrow || areKeysOn())) {
    stopEvent(event);
    KEYS[key](event);
  } else if (key.length === 1 || key === "Enter") {
    if (!PASSES.has(key)) event.stopImmediatePropagation();
  }
}

/* Start selecting at the key that ticks a line, or that selects a range. */
function onFirstKey(/** @type {Targeted<KeyboardEvent>} */ event) {
  const ticks = event.key.toLowerCase() === "x" && !event.shiftKey;
  const isRange = event.shiftKey && event.key.startsWith("Arrow") && event.target.closest("#queue");
  if (!isRange && !(ticks && areKeysOn() && !$(".action-form[open]"))) return;
  stopEvent(event);
  startSelecting();
  if (ticks) toggleTick();
  else KEYS[event.key](event);
}

/** @type {Record<string, (event: KeyboardEvent) => void>} */
const KEYS = {
  x: () => toggleTick(),
  j: () => moveFocus(1),
  k: () => moveFocus(-1),
  ArrowDown: (event) => moveFocus(1, event.shiftKey),
  ArrowUp: (event) => moveFocus(-1, event.shiftKey),
  a: tickAll,
  1: () => openAct(0),
  2: () => openAct(1),
  3: () => openAct(2),
  4: () => openAct(3),
};

function toggleTick() {
  const tick = findTick(findLine());
  if (!tick) return;
  tick.checked = !tick.checked;
  onTick(tick, false);
}

function moveFocus(/** @type {number} */ step, isRange = false) {
  const lines = all("#q-list li");
  const from = lines.indexOf(findLine());
  const ahead = step > 0 ? lines.slice(from + 1) : lines.slice(0, Math.max(from, 0)).reverse();
  const to = ahead.map(findTick).find(Boolean);
  if (!to) return;
  to.focus();
  to.closest("li").scrollIntoView({ block: "nearest" });
  if (!isRange) return;
  state.anchor ??= idOf(findTick(lines[from]) ?? to);
  setRange(to, true);
  showCount();
}

function openAct(/** @type {number} */ place) {
  const details = all(".bulk__acts > details")[place];
  if (!details) return; // the fourth tab exists only if requests in the queue name a danger
  details.open = true;
  details.querySelector("[data-first]").focus();
}

function closeOrEnd() {
  const details = $(".bulk__acts > details[open]");
  if (!details && $(":popover-open")) return false;
  if (!details) endSelecting();
  else {
    details.open = false;
    details.querySelector("summary").focus();
  }
  return true;
}

/** Return the agent's current line, even if it is not ticked any more.
    @returns {HTMLLIElement} */
const findLine = () => document.getElementById(state.line);
function findTick(/** @type {HTMLElement} */ line) {
  return line?.querySelector(".queue__tick input");
}

function stopEvent(/** @type {Event} */ event) {
  event.preventDefault();
  event.stopImmediatePropagation();
}
