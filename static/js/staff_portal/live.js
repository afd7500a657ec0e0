/* Asks, now and then, whether something is new, and shows one line that offers it: nothing moves
   under a thumb. It pauses while nobody looks, says when the city cannot be reached, and stays on
   the page while nothing else can be. */

import { isKept } from "./offline-page.js";

const region = document.querySelector("[data-live]");
const lost = document.querySelector("[data-lost]");
const online = document.querySelector("[data-online]");
const SLOWEST = 120; // seconds
const state = { timer: 0, failures: 0, over: false, shown: "" };

function schedule() {
  clearTimeout(state.timer);
  if (state.over || document.hidden) return;
  const every = Number(region.dataset.every) * 2 ** Math.min(state.failures, 4);
  state.timer = setTimeout(ask, Math.min(SLOWEST, every) * (900 + Math.random() * 200));
}

async function ask() {
  clearTimeout(state.timer);
  if (state.over || document.hidden) return;
  if (!region.isConnected) return schedule(); // another page stands in its place for a while
  try {
    const options = { signal: AbortSignal.timeout(8000) };
    await understand(await fetch(region.dataset.live, options));
  } catch {
    failed();
  }
  schedule();
}

async function understand(answer) {
  if (answer.status === 403 || answer.status === 404) return stop();
  if (!answer.ok || answer.redirected) return failed();
  state.failures = 0;
  tell("");
  if (answer.status === 204) return undefined;
  const news = await answer.text();
  if (state.shown !== news) region.innerHTML = state.shown = news; // said once, not at each poll
  return undefined;
}

function failed() {
  state.failures += 1;
  tell("unreachable");
}

function stop() {
  state.over = true;
  tell("gone");
  lost.querySelector("a").hidden = false;
}

/* Without any signal a browser would put its own error in the place of the page. After every other
   listener, so that what works without one does. */
function stay(event) {
  const link = event.type === "click" ? event.target.closest?.("a[href]") : null;
  const isLeaving = event.type === "submit" || (link?.origin === location.origin && !link.hash);
  if (navigator.onLine || event.defaultPrevented || !isLeaving || (link && isKept(link.href))) return;
  event.preventDefault();
  event.target.removeAttribute("data-sent"); // a form that is sent once has not been
  tell("needed");
}

function tell(what) {
  const words = lost.querySelector("span");
  const said = what ? words.dataset[what] : "";
  if (words.textContent !== said) words.textContent = said;
  lost.hidden = !said;
  if (online) online.hidden = Boolean(said);
}

window.addEventListener("click", stay);
window.addEventListener("submit", stay);
window.addEventListener("online", () => state.over || tell(""));
if (region) {
  document.addEventListener("visibilitychange", () => (document.hidden ? schedule() : ask()));
  window.addEventListener("online", ask);
  window.addEventListener("offline", () => region.isConnected && failed());
  window.addEventListener("pageshow", (event) => event.persisted && ask());
  if (online) online.hidden = !navigator.onLine;
  schedule();
}
