/* Polls of a page for staff: each element with data-poll asks every so many seconds, slower while the city does not
   answer (but within ten seconds of its return), and not at all once the session has ended. In a hidden tab only one with data-poll-hidden
   asks, every so many seconds: what it may bring must be noticed there too. */

const SLOWEST_WHILE_UNREACHABLE = 9; // seconds, with the jitter less than ten
const state = { failures: 0, timers: new Map(), over: false, comeBack: renew };

const polls = () => [...document.querySelectorAll("[data-poll]")];
const isPoll = (element) => element?.hasAttribute?.("data-poll");

/* Seconds between two questions; NaN for never. */
function pace({ dataset }) {
  return Number(document.hidden ? dataset.pollHidden : dataset.poll);
}

function schedule(element) {
  if (state.over || state.timers.has(element.id) || Number.isNaN(pace(element))) return;
  const calm = pace(element);
  const slower = state.failures ? Math.max(calm, Math.min(SLOWEST_WHILE_UNREACHABLE, calm * 2)) : calm;
  const jitter = 0.9 + Math.random() / 5;
  const pause = slower * jitter * 1000;
  state.timers.set(
    element.id,
    setTimeout(() => ask(element.id), pause),
  );
}

/** Ask now instead of when it is due.
    @param {string} id of the element */
export function ask(id) {
  clearTimeout(state.timers.get(id));
  state.timers.delete(id);
  const element = document.getElementById(id);
  if (element && !Number.isNaN(pace(element)) && !state.over) window.htmx.trigger(element, "poll");
}

export function scheduleAll() {
  polls().forEach(schedule);
}

function onAnswer(event) {
  const { ctx } = event.detail;
  const { status } = ctx.response;
  if (status === 401) return stop();
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
  const note = document.querySelector("[data-gone-note]");
  if (note) note.hidden = false;
}

function say(what) {
  const line = document.querySelector("[data-state]");
  const words = line.dataset[what];
  line.classList.toggle("live--off", what !== "live");
  if (line.textContent !== words) line.textContent = words;
}

function wake() {
  if (document.hidden) return;
  if (state.over) return state.comeBack(); // perhaps they signed in again in another tab
  return askAll();
}

function askAll() {
  for (const element of polls()) ask(element.id);
}

/** Ask again on the same page, which stays as it is. */
export async function resume() {
  state.over = false;
  askAll();
}

/** Load the page anew where its session still stands or stands again; else say that it ended. */
export async function renew() {
  const { ok } = await fetch(location.href, { headers: { "HX-Request": "true", "HX-Target": "div#panel" } });
  if (!ok) return stop();
  return location.reload();
}

/** Begin to ask. `comeBack` is called when somebody returns to a page whose session had ended. */
export function start({ comeBack = renew } = {}) {
  state.comeBack = comeBack;
  document.addEventListener("htmx:after:request", onAnswer);
  document.addEventListener("htmx:error", onError);
  document.addEventListener("htmx:finally:request", scheduleAll);
  document.addEventListener("visibilitychange", wake);
  window.addEventListener("online", wake);
  document.querySelector("[data-state]").hidden = false;
  scheduleAll();
}
