/* The desk: keyboard shortcuts, navigation in the queue, and small conveniences of the panel. htmx fetches
   and swaps. Everything here also works with a mouse, and without these modules with plain links and
   forms. */

import * as around from "./around.js";
import * as keys from "./shortcuts.js";
import * as drafts from "./drafts.js";
import * as pin from "./pin.js";
import { $, all, isModified, take } from "../lib/dom.js";
import "../lib/place-list.js";
import { tab } from "../lib/storage.js";
import * as polls from "../lib/staff-polls.js";
import * as presence from "./presence.js";
import { isLoading, isTyping, setLoading, startGuard } from "./key-guard.js";
import * as viewer from "./viewer.js";

// Field to focus first in a form: a required choice, the field that the form marks, any field.
const FIRST = ["select:invalid", "[data-first]", "textarea, select, input:not([type=hidden])"];
const LOOKS = "[data-shot], [data-around], [data-key-opener]"; // elements for which a key shows something
const TOO_SOON = 300; // ms after a swap in which Enter was not meant for the new panel
const UNDO_SECONDS = 30;
const RENEWED = "desk-renewed"; // set if the page was reloaded after an action was refused
/** @type {{shownAt: number, left: string, asked: HtmxContext | null}} */
const state = { shownAt: 0, left: "", asked: null };

const request = () => $("#request");

// Start after htmx, which initializes in a timer of its own: an earlier key would leave the page.
setTimeout(start);

function start() {
  document.addEventListener("keydown", onKey);
  document.addEventListener("toggle", (event) => enterDetails(event.target), true);
  document.addEventListener("change", onReason);
  document.addEventListener("htmx:before:request", (event) => noteRequest(event, true));
  document.addEventListener("htmx:after:request", onAnswer);
  document.addEventListener("htmx:error", onError);
  document.addEventListener("htmx:after:swap", onSwap);
  document.addEventListener("htmx:finally:request", onEnd);
  setInterval(countDown, 1000);
  for (const part of [polls, drafts, presence, keys, viewer, around, pin]) part.start();
  markCurrent();
  bringIntoView();
  $(".tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  if (findOpenPop()) focusPanel();
  showRenewed();
  // Mark the page as ready for every key: Enter is ignored until the page has this age.
  setTimeout(() => ($("[data-desk]").dataset.ready = ""), TOO_SOON - performance.now());
}

/* The panel, from a request to the response on the screen */

/* Store which request is in progress: a response may name another target, for example if a rejection does. */
function noteRequest(/** @type {HtmxEvent} */ { detail: { ctx } }, /** @type {boolean} */ isComing) {
  if (isComing ? ctx.target?.id !== "panel" : ctx !== state.asked) return;
  state.asked = isComing ? ctx : null;
  setLoading(isComing);
  $("#panel").setAttribute("aria-busy", String(isComing));
  if (isComing) state.left = request()?.dataset.reference ?? "";
}

function onAnswer(/** @type {HtmxEvent} */ event) {
  const { ctx } = event.detail;
  const { status } = ctx.response;
  if (status < 300) drafts.forgetDrafts(ctx.sourceElement);
  if (status === 403) renewPage();
  else if (ctx.target?.id === "panel" && status !== 401) showFailed(ctx, !isShown(ctx.response));
}

function onError(/** @type {HtmxEvent} */ { detail: { ctx } }) {
  if (ctx?.target?.id === "panel") showFailed(ctx, true);
}

/* Show that an action failed, until the next response. A request that only shows something is not an
   action. */
function showFailed(/** @type {HtmxContext} */ ctx, /** @type {boolean} */ isFailed) {
  const line = $("[data-failed-note]");
  const { look, act, closed } = line.dataset;
  const isLook = ctx.request.method.toUpperCase() === "GET";
  const isClosed = ctx.response?.headers.has("X-Read-Only");
  line.querySelector("p").textContent = isClosed ? closed : isLook ? look : act;
  line.hidden = !isFailed;
}

function onSwap(/** @type {HtmxEvent} */ event) {
  const { ctx } = event.detail;
  markCurrent();
  polls.scheduleAll();
  if (ctx.target?.id === "queue") return followFilter();
  if (ctx.target?.id !== "panel" || !isShown(ctx.response)) return;
  state.shownAt = performance.now();
  startGuard();
  if (!isFollowing(ctx)) {
    $("[data-desk]").classList.add("is-open");
    bringIntoView();
  }
  $("[data-toast]")?.scrollIntoView({ block: "nearest" });
  drafts.restoreDrafts(state.left);
  polls.ask("q-poll");
}

/* If a filter hides the open request, open the first request that the filter shows. The focus stays on the
   filters. */
function followFilter() {
  if (request() && !current()) window.htmx.trigger($("#q-follow"), "follow");
}

/* Move the focus after htmx has finished: htmx would drop a request sent earlier. */
function onEnd(/** @type {HtmxEvent} */ event) {
  noteRequest(event, false);
  const { ctx } = event.detail;
  const { target, status, response } = ctx;
  if (target?.id === "panel" && status === "swapped" && isShown(response) && !isFollowing(ctx)) focusPanel();
}

/* Focus the first invalid field of the form, else the field of the open form in the panel, else the
   heading. */
function focusPanel() {
  const problem = $("#panel form .usa-error-message");
  const form = problem?.closest("form") ?? findOpenPop();
  const field = form && findFirstField(form);
  field?.focus();
  if (problem) for (const part of [form, problem]) part.scrollIntoView({ block: "nearest" });
  if (field) return;
  const heading = $("#panel h1");
  heading?.focus({ preventScroll: true });
  heading?.scrollIntoView({ block: "nearest" });
}

/* Reload the page after a sign-in in another tab, which made the CSRF token invalid. */
function renewPage() {
  tab.set(RENEWED, "1");
  polls.reloadPage();
}

function showRenewed() {
  if (!tab.get(RENEWED)) return;
  tab.remove(RENEWED);
  drafts.showNotice($("[data-draft-note]").dataset.renewed);
}

/* Return whether a response shows content; a response without content does not move the focus. */
const isShown = (/** @type {{status: number}} */ { status }) =>
  status < 300 || status === 409 || status === 422;

const isFollowing = (/** @type {HtmxContext} */ ctx) => ctx.sourceElement?.id === "q-follow";

/* Keys */

function onKey(/** @type {Targeted<KeyboardEvent>} */ event) {
  if ($("dialog[open]")) return; // the dialog handles its own keys
  if (event.key === "Escape") return $(":popover-open") ? undefined : closePop();
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return sendForm(event);
  if (!keys.areKeysOn() || isModified(event) || isTyping(event.target)) return;
  if (event.key === "Enter" && (actsOnEnter(event.target) || findOpenPop() || isTooSoon(event))) return;
  // A key applies to the request on the screen, never to one that is still loading.
  if (isLoading()) return event.preventDefault();
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (key === "j" || key === "k") return take(event, () => moveInQueue(key === "j" ? 1 : -1));
  const target = findOffered(key);
  // While a form is open, a key may open another form or show something, but never submits an action.
  if (target && findOpenPop() && target.matches("button, a") && !target.matches(LOOKS) && !isInMenu(target))
    return;
  if (target) take(event, () => pressTarget(target));
}

/* Submit the form, also from a text area, where Enter alone inserts a line break. */
function sendForm(/** @type {Targeted<KeyboardEvent>} */ event) {
  const form = event.target.closest("#panel form, #q-bulk details[open]");
  const button = form?.querySelector("[data-send]") ?? form?.querySelector("button:not([type=button])");
  if (button && !isLoading() && !event.repeat) take(event, () => button.click());
}

/* Return the element for a key: a visible one, else one in a closed menu. */
function findOffered(/** @type {string} */ key) {
  const found = all(`[data-key="${CSS.escape(key)}"]`).filter((one) => !one.closest("dialog"));
  return (
    found.find((one) => one.checkVisibility()) ?? found.find((one) => one.closest("details:not([open])"))
  );
}

function pressTarget(/** @type {HTMLElement} */ target) {
  if (target.dataset.saysOnly) return drafts.flashNotice(target.dataset.saysOnly);
  const menus = [];
  for (let menu = target.parentElement.closest("details"); menu; menu = menu.parentElement.closest("details"))
    menus.push(menu);
  for (const menu of menus) {
    if (!menu.open) closeInnerDetails(menu); // the "toggle" event comes too late for two quick keys
    // A click on the summary opens its own details.
    if (!target.matches("summary") || menu !== target.parentElement) menu.open = true;
  }
  if (isTyping(target)) return target.focus();
  target.click();
  if (target.matches("summary")) enterDetails(target.closest("details"));
}

function isTooSoon(/** @type {KeyboardEvent} */ event) {
  return event.repeat || performance.now() - state.shownAt < TOO_SOON;
}

function actsOnEnter(/** @type {HTMLElement} */ target) {
  return target.closest("a, button, summary, input, select, textarea, label") !== null;
}

/* Return whether the target is in the open menu itself, and no form in the menu is open. */
function isInMenu(/** @type {HTMLElement} */ target) {
  return findOpenPop().contains(target) && !findOpenPop().querySelector("details[open]");
}

/* Menus and forms in details elements */

/* Focus the first field of opened details. If a key opened them, focus at once: the next letter may
   follow. */
function enterDetails(/** @type {HTMLDetailsElement} */ details) {
  if (!details.open) return closeInnerDetails(details);
  if (isLoading() || !details.matches(".action-form, .action-form details")) return;
  const left = details.querySelector("details[open] > form"); // opened again: continue in its open form
  findFirstField(left ?? details.querySelector(":scope > form") ?? details)?.focus();
}

function findFirstField(/** @type {HTMLElement} */ form) {
  const found = FIRST.flatMap((selector) => [...form.querySelectorAll(selector)]);
  return found.find((field) => field.checkVisibility());
}

function closePop() {
  const pop = findOpenPop();
  if (!pop) return /** @type {HTMLElement} */ (document.activeElement)?.blur();
  pop.open = false;
  pop.querySelector("summary").focus();
}

/* Close the form that was left open in the menu of further actions. */
function closeInnerDetails(/** @type {HTMLDetailsElement} */ details) {
  if (!details.matches(".action-form--more")) return;
  for (const inner of details.querySelectorAll("details[open]")) inner.open = false;
}

const findOpenPop = () => $("details.action-form[open]");

/* Move in the queue by `step` lines; skip requests that another agent took. */

function moveInQueue(/** @type {number} */ step) {
  const found = lines();
  const start = found.indexOf(current());
  for (let next = start + step; next >= 0 && next < found.length; next += step) {
    if (!found[next].classList.contains("is-taken")) return found[next].click();
  }
}

function markCurrent() {
  const here = current();
  for (const line of lines()) line.ariaCurrent = line === here ? "true" : null;
}

/* Scroll to the line that the agent opened; news does not scroll the list. */
function bringIntoView() {
  current()?.scrollIntoView({ block: "nearest" });
}

const lines = () => all("#q-list .queue-item");
const current = () => lines().find((line) => line.dataset.reference === request()?.dataset.reference);

/* Small conveniences */

/* Fill in the text of the selected reason, unless the agent has changed the text. */
function onReason(/** @type {Targeted<Event, HTMLInputElement>} */ event) {
  const form = event.target.closest("[data-words-from]");
  const words = event.target.dataset.words;
  if (!form || words === undefined) return;
  const area = form.querySelector("textarea");
  const offered = [...form.querySelectorAll("[data-words]")].map((one) => one.dataset.words);
  if (!area.value.trim() || offered.includes(area.value)) area.value = words;
}

/* Count down the seconds for undo, then remove the button. */
function countDown() {
  const toast = $("[data-toast]");
  if (!toast) return;
  const left = Number(toast.dataset.seconds) - 1;
  toast.dataset.seconds = String(left);
  if (left <= 0) return window.setTimeout(() => toast.remove(), toast.querySelector("form") ? 0 : 4000);
  const said = toast.querySelector("[data-left]");
  if (said) said.textContent = String(left);
  toast.querySelector("rect")?.setAttribute("width", String((100 * left) / UNDO_SECONDS));
}
