/* Polls of staff pages. Each element with data-poll polls at an interval in seconds. Polls are slower while
   the server does not answer (but resume within ten seconds of its return), and stop once the session has
   ended. In a hidden tab, only an element with data-poll-hidden polls, at that interval in seconds: its news
   must be noticed there too. */

import { setText } from "./dom.js";
import { Poller } from "./poller.js";

const SLOWEST_WHILE_UNREACHABLE = 9; // seconds, with the jitter less than ten

let returned = /** @type {() => unknown} */ (reloadPage);
const poller = new Poller({
  pause: countSeconds,
  ask: (id) => window.htmx.trigger(document.getElementById(id), "poll"),
  all: () => [...document.querySelectorAll("[data-poll]")].map(({ id }) => id),
  show: showState,
  comeBack: () => returned(), // the person may have signed in again in another tab
});

/** Start polling. `comeBack` is called when a person returns to a page whose session had ended. */
export function start(/** @type {{comeBack?: () => unknown}} */ { comeBack = reloadPage } = {}) {
  returned = comeBack;
  document.addEventListener("htmx:after:request", onAnswer);
  document.addEventListener("htmx:error", () => poller.fail());
  document.addEventListener("htmx:finally:request", scheduleAll);
  document.querySelector("[data-state]").hidden = false;
  poller.start();
}

export const scheduleAll = () => poller.scheduleAll();

export const ask = (/** @type {string} */ id) => poller.ask(id);

export const resume = () => poller.resume();

/** Reload the page if its session is still valid or valid again; else show that it ended. */
export async function reloadPage() {
  const { ok } = await fetch(location.href, { headers: { "HX-Request": "true", "HX-Target": "div#panel" } });
  if (!ok) return poller.stop();
  return location.reload();
}

function countSeconds(/** @type {string} */ id) {
  const { poll, pollHidden } = document.getElementById(id)?.dataset ?? {};
  const calm = Number(document.hidden ? pollHidden : poll);
  return poller.failures ? Math.max(calm, Math.min(SLOWEST_WHILE_UNREACHABLE, calm * 2)) : calm;
}

function onAnswer(/** @type {HtmxEvent} */ event) {
  const { ctx } = event.detail;
  const { status } = ctx.response;
  if (status === 401) return poller.stop();
  if (!ctx.sourceElement?.hasAttribute?.("data-poll")) return;
  if (status >= 500) return poller.fail();
  poller.failures = 0;
  return showState("live");
}

function showState(/** @type {string} */ what) {
  const line = document.querySelector("[data-state]");
  line.classList.toggle("live--off", what !== "live");
  setText(line, line.dataset[what]);
  const note = document.querySelector("[data-gone-note]");
  if (note && what === "gone") note.hidden = false;
}
