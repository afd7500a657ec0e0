// A cached page shows the time of caching, and links to the other cached pages.

import { fillWords } from "../lib/template.js";
import { timeOfDay } from "../lib/locale.js";
import { PageCache } from "../lib/page-cache.js";

const RETRY_MS = 10_000; // when a weak signal returns, there may be no `online` event
const asOf = document.body.dataset.asOf;

let addresses = new Set();

/** Return whether this URL opens without a signal. */
export const isKept = (/** @type {string} */ address) =>
  addresses.has(new URL(address, location.href).href.split("#")[0]);

async function listKept() {
  const requests = (await (await new PageCache("crew ").open())?.keys()) ?? []; // see cache.js
  addresses = new Set(requests.map((request) => request.url));
}

/* Show the time of the page, in the line that says that there is no signal. */
function showTime() {
  const words = document.querySelector("[data-lost] span");
  words.dataset.unreachable = fillWords(words.dataset.asOf, { time: timeOfDay(new Date(asOf)) });
  words.textContent = words.dataset.unreachable;
  words.parentElement.hidden = false;
}

/* Load the real page once the server answers, unless a person is writing on this one. */
async function reloadWhenReached() {
  if (document.hidden || document.querySelector("#finish")) return;
  const answer = await fetch(location.href, { method: "HEAD" }).catch(() => Response.error());
  const isThere = answer.ok || answer.status === 410; // the job may have been reassigned
  if (isThere) location.reload();
}

listKept();
addEventListener("offline", listKept);
addEventListener("pageshow", listKept);
if (asOf) {
  if (!document.querySelector("[data-unkept]")) showTime(); // that page has no time
  addEventListener("online", reloadWhenReached);
  setInterval(reloadWhenReached, RETRY_MS);
}
