/* Presence: other agents see who has a request open and who is typing, through the panel's poll. An agent who
   opens another request, or closes the page, is removed at once. */

import { on } from "../lib/dom.js";
import { ask } from "../lib/staff-polls.js";
import { csrfToken } from "../lib/upload.js";

const WRITES_FOR = 12_000; // ms after the last letter
const state = { writtenAt: -Infinity, said: false };

const request = () => document.querySelector("#request");
const isWriting = () => performance.now() - state.writtenAt < WRITES_FOR;

function onTyping() {
  state.writtenAt = performance.now();
  if (!state.said) ask("r-poll");
}

/* Send with every request which service request it leaves, and with the panel's poll what the agent does
   there. */
function onConfig(/** @type {HtmxEvent} */ { detail: { ctx } }) {
  if (ctx.target?.id === "panel") ctx.request.headers["X-Left-Request"] = request()?.dataset.reference ?? "";
  if (ctx.sourceElement?.id !== "r-poll") return;
  state.said = isWriting();
  if (state.said) ctx.request.body.set("doing", "writing");
}

function onSwap(/** @type {HtmxEvent} */ { detail: { ctx } }) {
  if (ctx.target?.id === "panel") Object.assign(state, { writtenAt: -Infinity, said: false });
}

function onLeaving() {
  const { departure } = request()?.dataset ?? {};
  const token = csrfToken();
  if (!departure || !token) return;
  const form = new FormData();
  form.set("csrfmiddlewaretoken", token);
  navigator.sendBeacon(departure, form);
}

export function start() {
  on("input", "#panel", onTyping);
  document.addEventListener("htmx:config:request", onConfig);
  document.addEventListener("htmx:after:swap", onSwap);
  window.addEventListener("pagehide", onLeaving);
}
