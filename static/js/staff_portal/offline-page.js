// A page that the phone kept says when it is of, and lets people go to the others that are kept.

import { fillWords } from "../lib/template.js";
import { timeOfDay } from "../lib/locale.js";
import { PageCache } from "../lib/page-cache.js";

const RETRY_MS = 10_000; // a weak signal returns without the event `online`
const asOf = document.body.dataset.asOf;

let addresses = new Set();

/** Whether this address opens without a signal. */
export const isKept = (/** @type {string} */ address) =>
  addresses.has(new URL(address, location.href).href.split("#")[0]);

async function listKept() {
  const requests = (await (await new PageCache("crew ").open())?.keys()) ?? []; // as in cache.js
  addresses = new Set(requests.map((request) => request.url));
}

/* Say from when the page is, in the line that says that there is no signal. */
function showTime() {
  const words = document.querySelector("[data-lost] span");
  words.dataset.unreachable = fillWords(words.dataset.asOf, { time: timeOfDay(new Date(asOf)) });
  words.textContent = words.dataset.unreachable;
  words.parentElement.hidden = false;
}

/* Load the real page once the city answers, unless somebody is writing on this one. */
async function reloadWhenReached() {
  if (document.hidden || document.querySelector("#finish")) return;
  const answer = await fetch(location.href, { method: "HEAD" }).catch(() => Response.error());
  const isThere = answer.ok || answer.status === 410; // the job may have moved
  if (isThere) location.reload();
}

listKept();
addEventListener("offline", listKept);
addEventListener("pageshow", listKept);
if (asOf) {
  if (!document.querySelector("[data-unkept]")) showTime(); // that page has no time of its own
  addEventListener("online", reloadWhenReached);
  setInterval(reloadWhenReached, RETRY_MS);
}
