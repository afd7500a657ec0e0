/* Asks, now and then, whether something is new, and shows one line that offers it: nothing moves
   under a thumb. It pauses while nobody looks, says when the city cannot be reached, and stays on
   the page while nothing else can be. */

import { Poller } from "../lib/poller.js";
import { isKept } from "./offline-page.js";

const SLOWEST = 120; // seconds
const region = document.querySelector("[data-live]");
const lost = document.querySelector("[data-lost]");
const online = document.querySelector("[data-online]");
const poller = new Poller({ pause, ask });
let shown = "";

window.addEventListener("click", stay);
window.addEventListener("submit", stay);
window.addEventListener("online", () => poller.isOver || tell(""));
if (region) {
  window.addEventListener("offline", () => region.isConnected && failed());
  if (online) online.hidden = !navigator.onLine;
  poller.start();
}

function pause() {
  const every = Number(region.dataset.every) * 2 ** Math.min(poller.failures, 4);
  return document.hidden ? NaN : Math.min(SLOWEST, every);
}

async function ask() {
  // Another page may stand in its place for a while.
  if (region.isConnected) {
    try {
      await understand(await fetch(region.dataset.live, { signal: AbortSignal.timeout(8000) }));
    } catch {
      failed();
    }
  }
  poller.scheduleAll();
}

async function understand(/** @type {Response} */ answer) {
  if (answer.status === 403 || answer.status === 404) return stop();
  if (!answer.ok || answer.redirected) return failed();
  poller.failures = 0;
  tell("");
  if (answer.status === 204) return undefined;
  const news = await answer.text();
  if (shown !== news) region.innerHTML = shown = news; // said once, not at each poll
  return undefined;
}

function failed() {
  poller.failures += 1;
  tell("unreachable");
}

function stop() {
  poller.stop();
  tell("gone");
  lost.querySelector("a").hidden = false;
}

/* Without any signal a browser would put its own error in the place of the page. After every other
   listener, so that what works without one does. */
function stay(/** @type {Event} */ event) {
  const target = /** @type {HTMLElement} */ (event.target);
  const link = event.type === "click" ? target.closest?.("a[href]") : null;
  const isLeaving = event.type === "submit" || (link?.origin === location.origin && !link.hash);
  if (navigator.onLine || event.defaultPrevented || !isLeaving || (link && isKept(link.href))) return;
  event.preventDefault();
  target.removeAttribute("data-sent"); // a form that is sent once has not been
  tell("needed");
}

function tell(/** @type {string} */ what) {
  const words = lost.querySelector("span");
  const said = what ? words.dataset[what] : "";
  if (words.textContent !== said) words.textContent = said;
  lost.hidden = !said;
  if (online) online.hidden = Boolean(said);
}
