/* Polls whether something is new, and shows one line that offers it, so that nothing moves under a thumb. It
   pauses while the page is hidden, shows when the server cannot be reached, and keeps the person on the page
   while no other page can load. */

import { setText } from "../lib/dom.js";
import { Poller } from "../lib/poller.js";
import { isKept } from "./offline-page.js";

const SLOWEST = 120; // seconds
const region = document.querySelector("[data-live]");
const lost = document.querySelector("[data-lost]");
const online = document.querySelector("[data-online]");
const poller = new Poller({ pause: countSeconds, ask: askForNews, show: showState });
let shown = "";

window.addEventListener("click", stayWhenOffline);
window.addEventListener("submit", stayWhenOffline);
window.addEventListener("online", () => poller.isOver || showState(""));
if (region) {
  window.addEventListener("offline", () => region.isConnected && poller.fail());
  if (online) online.hidden = !navigator.onLine;
  poller.start();
}

function countSeconds() {
  const every = Number(region.dataset.every) * 2 ** Math.min(poller.failures, 4);
  return document.hidden ? NaN : Math.min(SLOWEST, every);
}

async function askForNews() {
  // Another page may replace it temporarily.
  if (region.isConnected) {
    try {
      await readAnswer(await fetch(region.dataset.live, { signal: AbortSignal.timeout(8000) }));
    } catch {
      poller.fail();
    }
  }
  poller.scheduleAll();
}

async function readAnswer(/** @type {Response} */ answer) {
  if (answer.status === 403 || answer.status === 404) return poller.stop();
  if (!answer.ok || answer.redirected) return poller.fail();
  poller.failures = 0;
  showState("");
  const news = answer.status === 204 ? shown : await answer.text();
  if (shown !== news) region.innerHTML = shown = news; // announced once, not at each poll
}

/* Prevent navigation without a signal, because the browser would show its own error page. Runs after every
   other listener, so that whatever works without a signal still works. */
function stayWhenOffline(/** @type {Event} */ event) {
  const target = /** @type {HTMLElement} */ (event.target);
  const link = event.type === "click" ? target.closest?.("a[href]") : null;
  const isLeaving = event.type === "submit" || (link?.origin === location.origin && !link.hash);
  if (navigator.onLine || event.defaultPrevented || !isLeaving || (link && isKept(link.href))) return;
  event.preventDefault();
  target.removeAttribute("data-sent"); // a form that can be sent once was not sent
  showState("needed");
}

function showState(/** @type {string} */ what) {
  const words = lost.querySelector("span");
  const said = what ? words.dataset[what] : "";
  setText(words, said);
  lost.hidden = !said;
  if (what === "gone") lost.querySelector("a").hidden = false;
  if (online) online.hidden = Boolean(said);
}
