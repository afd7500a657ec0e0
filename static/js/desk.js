/* The desk: keys, polls that pause and say when they cannot reach the city, and small courtesies of
   the panel. htmx fetches and swaps; everything here also works by mouse, and without this module by
   plain links and forms. */

const SLOWEST = 60; // seconds
// Where the writing begins: what must be chosen, what the form says, any field.
const FIRST = ["select:invalid", "[data-first]", "textarea, select, input:not([type=hidden])"];
const TOO_SOON = 300; // ms in which Enter cannot have been meant for the panel that just came
const state = { failures: 0, timers: new Map(), over: false, loading: false, shownAt: 0 };
const typed = new Map(); // what was typed and not sent yet, by request and field

const $ = (selector) => document.querySelector(selector);
const all = (selector) => [...document.querySelectorAll(selector)];
const request = () => $("#request");

/* Keys */

function isTyping(target) {
  return target.isContentEditable || target.matches("input:not([type=radio]), textarea, select");
}

function actsOnEnter(target) {
  return target.closest("a, button, summary, input, select, textarea, label") !== null;
}

function onKey(event) {
  if (event.key === "Escape") return closePop();
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (event.key === "Enter" && (actsOnEnter(event.target) || openPop() || isTooSoon(event))) return;
  // A key is for the request that is seen, never for one that is still on its way.
  if (state.loading) return event.preventDefault();
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (key === "j" || key === "k") return take(event, () => move(key === "j" ? 1 : -1));
  const target = all(`[data-key="${CSS.escape(key)}"]`).find((one) => one.checkVisibility());
  // Over an open form a key may open another one, and never carries anything out.
  if (target && openPop() && target.matches("button, a")) return;
  if (target) take(event, () => press(target));
}

function isTooSoon(event) {
  return event.repeat || performance.now() - state.shownAt < TOO_SOON;
}

function take(event, act) {
  event.preventDefault();
  act();
}

function press(target) {
  if (target.matches("input, textarea")) return target.focus();
  target.click();
  if (target.matches("summary")) enter(target.parentElement);
}

const openPop = () => $(".pop[open]");

function closePop() {
  const pop = openPop() ?? $(".pick[open], .me[open]");
  if (!pop) return document.activeElement?.blur();
  pop.open = false;
  pop.querySelector("summary").focus();
}

/* Menus close when the eye has gone elsewhere; forms stay, with what was typed. */
function closeMenus(event) {
  for (const menu of all(".pick[open], .me[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
}

/* What just opened takes the first word; by key at once, since the next letter may follow. */
function enter(details) {
  if (!details.open || !details.matches(".pop, .pop details")) return;
  firstField(details.querySelector(":scope > form") ?? details)?.focus();
}

function firstField(form) {
  const found = FIRST.flatMap((selector) => [...form.querySelectorAll(selector)]);
  return found.find((field) => field.checkVisibility());
}

/* Moving through the queue; what another agent took is passed over. */

const lines = () => all("#q-list .qi");
const current = () => lines().find((line) => line.dataset.reference === request()?.dataset.reference);

function move(step) {
  const found = lines();
  const start = found.indexOf(current());
  for (let next = start + step; next >= 0 && next < found.length; next += step) {
    if (!found[next].classList.contains("is-taken")) return found[next].click();
  }
}

function mark() {
  const here = current();
  for (const line of lines()) {
    if (line === here) line.setAttribute("aria-current", "true");
    else line.removeAttribute("aria-current");
  }
}

/* Only what the agent opened moves the list: no news pulls it from under a reading eye. */
function bringIntoView() {
  current()?.scrollIntoView({ block: "nearest" });
}

/* Polls: each element with data-poll asks every so many seconds, none in a hidden tab. */

function schedule(element) {
  if (state.over || document.hidden || state.timers.has(element.id)) return;
  const calm = Number(element.dataset.poll) * 2 ** Math.min(state.failures, 4);
  const jitter = 0.9 + Math.random() / 5;
  const pause = Math.min(SLOWEST, calm) * jitter * 1000;
  state.timers.set(element.id, setTimeout(() => ask(element.id), pause));
}

function ask(id) {
  clearTimeout(state.timers.get(id));
  state.timers.delete(id);
  const element = document.getElementById(id);
  if (element && !document.hidden) window.htmx.trigger(element, "poll");
}

function note(event, isLoading) {
  if (event.detail.ctx.target?.id === "panel") state.loading = isLoading;
}

const polls = () => all("[data-poll]");
const isPoll = (element) => element?.hasAttribute?.("data-poll");

function onAnswer(event) {
  const { ctx } = event.detail;
  const { status } = ctx.response;
  if (status === 401) return stop();
  if (status < 300) forget(ctx.sourceElement);
  if (!isPoll(ctx.sourceElement)) return;
  state.failures = status >= 500 ? state.failures + 1 : 0;
  say(state.failures ? "unreachable" : "live");
}

function onError() {
  state.failures += 1;
  say("unreachable");
}

function stop() {
  state.over = true;
  say("gone");
  $("[data-gone-note]").hidden = false;
}

function say(what) {
  const line = $("[data-state]");
  const words = line.dataset[what];
  line.classList.toggle("live--off", what !== "live");
  if (line.textContent !== words) line.textContent = words;
}

function wake() {
  if (document.hidden) return;
  for (const element of polls()) ask(element.id);
}

/* What was typed and not sent waits for the agent to come back to the request. */

const TYPED = "#panel textarea[id]";
const keyOf = (field) => `${request()?.dataset.reference} ${field.id}`;

function onTyping({ target }) {
  if (target.matches(TYPED)) typed.set(keyOf(target), target.value);
}

function giveBack() {
  for (const field of all(TYPED)) field.value ||= typed.get(keyOf(field)) ?? "";
}

function forget(form) {
  if (!form.matches("form")) return;
  for (const field of form.querySelectorAll("textarea[id]")) typed.delete(keyOf(field));
}

/* An act of another form leaves a note behind that was typed and not kept. */
function askAboutNote(event) {
  const form = event.target;
  const note = $("#note");
  if (!form.matches("#panel form") || !note?.value.trim() || form.contains(note)) return;
  if (!window.confirm(note.dataset.unkept)) event.preventDefault();
}

/* The panel */

function onSwap(event) {
  const { ctx } = event.detail;
  mark();
  for (const element of polls()) schedule(element);
  if (ctx.target?.id !== "panel") return;
  state.shownAt = performance.now();
  $("[data-desk]").classList.add("is-open");
  bringIntoView();
  giveBack();
  greet();
  ask("q-poll");
}

/* A panel that came back with something open goes on there, any other at its heading. */
function greet() {
  const pop = openPop();
  const problem = pop?.querySelector(".usa-error-message, [role=alert]")?.closest("form") ?? pop;
  const field = problem && firstField(problem);
  (field ?? $("#panel h1"))?.focus({ preventScroll: !field });
}

/* The words of a reason stand ready to be changed, until the agent has changed them. */
function onReason(event) {
  const form = event.target.closest("[data-words-from]");
  const words = event.target.dataset.words;
  if (!form || words === undefined) return;
  const area = form.querySelector("textarea");
  const offered = [...form.querySelectorAll("[data-words]")].map((one) => one.dataset.words);
  if (!area.value.trim() || offered.includes(area.value)) area.value = words;
}

/* Half a minute to take it back, counted down; then the offer goes. */
function countDown() {
  const toast = $("[data-toast]");
  if (!toast) return;
  const total = Number(toast.dataset.total ?? 30);
  const left = Number(toast.dataset.seconds) - 1;
  toast.dataset.seconds = left;
  if (left <= 0) return window.setTimeout(() => toast.remove(), toast.querySelector("form") ? 0 : 4000);
  const said = toast.querySelector("[data-left]");
  if (said) said.textContent = left;
  toast.querySelector("rect")?.setAttribute("width", (100 * left) / total);
}

function start() {
  document.addEventListener("keydown", onKey);
  document.addEventListener("toggle", (event) => enter(event.target), true);
  document.addEventListener("change", onReason);
  document.addEventListener("input", onTyping);
  document.addEventListener("htmx:config:request", askAboutNote);
  document.addEventListener("click", closeMenus);
  document.addEventListener("htmx:before:request", (event) => note(event, true));
  document.addEventListener("htmx:after:request", onAnswer);
  document.addEventListener("htmx:error", onError);
  document.addEventListener("htmx:after:swap", onSwap);
  document.addEventListener("htmx:finally:request", (event) => {
    note(event, false);
    polls().forEach(schedule);
  });
  document.addEventListener("visibilitychange", wake);
  window.addEventListener("online", wake);
  setInterval(countDown, 1000);
  polls().forEach(schedule);
  mark();
  bringIntoView();
  if (openPop()) greet();
  $("[data-desk]").dataset.ready = "";
}

// After htmx, which begins in a timer of its own: a key before that would leave the page.
setTimeout(start);
