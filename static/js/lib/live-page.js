/* Keep the live page of a request up to date, without moving anything that a person reads or types. The
   page's region has its version and the time since the last change. htmx fetches and morphs; this module
   decides when. A response without news has no body (204), so the interval is computed here. A region that is
   returned without its trigger is final. */

import { timeOfDay } from "./locale.js";
import { Poller } from "./poller.js";

const FASTEST = 3; // seconds between polls while work is under way, and for an hour after a change
const SLOWEST = 60;
const LIVELY_FOR = 3600;
const SLOW_ANSWER = 2.5;
const STALE_NEWS = 300;
const GONE = [401, 403, 404, 410];

const state = { took: 0, asked: 0, reached: 0, received: 0, firstSeen: 0 };
const poller = new Poller({ pause: countSeconds, ask: askForNews, show: showState });
const region = () => document.querySelector("[data-live]");
const seconds = () => performance.now() / 1000;
const age = (/** @type {HTMLElement} */ live) => Number(live.dataset.age) + seconds() - state.received;
const isPolled = (/** @type {HTMLElement} */ live) => live.hasAttribute("hx-trigger") && !poller.isOver;

if (region()) start(region());

function start(/** @type {HTMLElement} */ live) {
  state.received = state.reached = seconds();
  state.firstSeen = Number(live.dataset.seen);
  let seenBefore = state.firstSeen;
  document.addEventListener("htmx:config:request", (event) => {
    if (event.target !== region()) return;
    const { request } = event.detail.ctx;
    request.action = buildAddress(region());
    request.headers["Live-Page"] = describePage(region());
  });
  document.addEventListener("htmx:after:request", readAnswer);
  document.addEventListener("htmx:error", () => poller.fail());
  document.addEventListener("htmx:before:swap", rememberPlace);
  document.addEventListener("htmx:after:swap", () => {
    showNews(seenBefore);
    seenBefore = Number(region().dataset.seen);
  });
  document.addEventListener("htmx:finally:request", () => poller.scheduleAll());
  window.addEventListener("offline", () => isPolled(region()) && poller.fail());
  showLiveSign(navigator.onLine);
  setInterval(ageNews, 30_000);
  poller.start();
}

function countSeconds() {
  const live = region();
  if (!isPolled(live) || document.hidden) return NaN;
  const lively = live.hasAttribute("data-lively") || age(live) < LIVELY_FOR;
  const calm = lively ? FASTEST : FASTEST * (age(live) / LIVELY_FOR);
  const troubled = poller.failures ? FASTEST * 2 ** poller.failures : 4 * state.took;
  const careful = poller.failures || state.took > SLOW_ANSWER ? troubled : 0;
  return Math.min(SLOWEST, Math.max(calm, careful));
}

function askForNews() {
  state.asked = seconds();
  window.htmx.trigger(region(), "poll");
}

/* Return the URL to poll. After the last hour, the URL requests the page as it is, which the server then
   returns without its trigger. */
function buildAddress(/** @type {HTMLElement} */ live) {
  const left = live.dataset.pollsFor;
  const isFinal = left !== undefined && seconds() - state.received > Number(left);
  return `${live.dataset.live}?v=${isFinal ? "" : encodeURIComponent(live.dataset.version)}`;
}

/* Return the last event on the page, and the number of seconds without a poll. The server uses both to
   measure how soon an open page shows an update. */
function describePage(/** @type {HTMLElement} */ live) {
  return `${live.dataset.seen};${Math.round(seconds() - state.reached)}`;
}

function readAnswer(/** @type {HtmxEvent} */ event) {
  const { status, headers } = event.detail.ctx.response;
  state.took = seconds() - state.asked;
  if (GONE.includes(status)) return poller.stop();
  // A sign-in page or the welcome page of a hotel network is not news, whatever its status is.
  if (status === 204 || (status === 200 && headers.get("Live-Version"))) return showReached();
  event.preventDefault();
  return poller.fail();
}

function showReached() {
  poller.failures = 0;
  state.reached = seconds();
  if (isKept()) keptNotice().hidden = true; // the page is up to date again
  showState(state.took > SLOW_ANSWER ? "slow" : "");
  const checked = document.querySelector("[data-checked]");
  if (checked) checked.textContent = timeOfDay(new Date(), checked.dataset.zone);
}

/* Return the service worker's notice on a cached page, which already shows that there is no network. */
const keptNotice = () => document.querySelector("[data-kept-page]");
const isKept = () => keptNotice()?.hidden === false;

function showLiveSign(/** @type {boolean} */ isLive) {
  const line = document.querySelector("[data-live-sign]");
  if (line) line.hidden = !isLive;
}

function showState(/** @type {string} */ what) {
  showLiveSign(!["unreachable", "gone"].includes(what));
  const banner = document.querySelector("[data-offline]");
  const isSaid = what === "unreachable" && isKept();
  const words = what && !isSaid ? banner.querySelector("span").dataset[what] : "";
  if (banner.textContent.trim() === words) return;
  banner.querySelector("span").textContent = words;
  banner.hidden = !words;
  if (words) announce(words);
}

function announce(/** @type {string} */ words) {
  document.querySelector("[data-announce]").textContent = words;
}

/* Keep the screen position of the focused field while the page above it grows. */
let held = /** @type {{active: Element, top: number} | null} */ (null);
function rememberPlace() {
  const active = document.activeElement;
  const types = active?.matches("input, textarea, select") && !region().contains(active);
  held = types ? { active, top: active.getBoundingClientRect().top } : null;
}

function restorePlace() {
  if (held?.active.isConnected) {
    window.scrollBy({ top: held.active.getBoundingClientRect().top - held.top, behavior: "instant" });
  }
  held = null;
}

function showNews(/** @type {number} */ seenBefore) {
  const live = region();
  restorePlace();
  state.received = seconds();
  showLiveSign(true);
  document.title = document.title.replace(/^.*(?= – )/, live.dataset.title);
  const fields = document.querySelectorAll("input[data-seen-field]");
  for (const field of fields) field.value = live.dataset.seen;
  markNew(live);
  if (Number(live.dataset.seen) > seenBefore) announce(describeNews(live));
}

function markNew(/** @type {HTMLElement} */ live) {
  for (const line of live.querySelectorAll("[data-event]")) {
    line.classList.toggle("is-new", Number(line.dataset.event) > state.firstSeen);
  }
}

function describeNews(/** @type {HTMLElement} */ live) {
  const status = live.querySelector(".status").textContent.trim();
  const newest = live.querySelector("[data-event] p")?.textContent.trim() ?? "";
  return `${status}. ${newest}`;
}

/* Replace "just now" after a few minutes. */
function ageNews() {
  const news = document.querySelector("[data-then]");
  if (news && age(region()) > STALE_NEWS) news.textContent = `${news.dataset.then}:`;
}
