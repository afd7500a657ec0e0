// A person's own requests, cached for reading without a network: the pages that the server sends with
// `Kept-For-Device: <device>`. With the list of them, the first ones are fetched too. A page for no device
// (its data was deleted) deletes all cached pages.

import { PageCache } from "../lib/page-cache.js";

const HEADER = "Kept-For-Device";
const MOST_AHEAD = 10;
const ROW = /<a\s+class="row"\s+href="([^"]+)"/g;
const pages = new PageCache("own ");

/** Cache or delete pages as the headers of `response`, the response for `address`, demand. */
export async function notePage(/** @type {string} */ address, /** @type {Response} */ response) {
  const device = response.headers.get(HEADER);
  if (device === null) return;
  await pages.clear(device);
  if (!device || !response.ok) return;
  const html = await pages.put(device, address, response);
  for (const [, path] of [...html.matchAll(ROW)].slice(0, MOST_AHEAD)) await fetchAhead(device, path);
}

/** Return the cached page of a URL, with the time of caching; null if there is none. */
export async function findKeptPage(/** @type {string} */ address) {
  const response = await pages.match(address);
  return response ? markPage(response) : null;
}

/* Fetch a request from the list that is not cached yet. Pages of other people's requests have no mark, so
   they are not cached. */
async function fetchAhead(/** @type {string} */ device, /** @type {string} */ path) {
  if (await pages.match(path)) return;
  const response = await fetch(path);
  if (response.ok && response.headers.get(HEADER) === device) await pages.put(device, path, response);
}

async function markPage(/** @type {Response} */ response) {
  const html = await response.text();
  const [, language = "en"] = html.match(/<html[^>]* lang="([^"]+)"/s) ?? [];
  const at = formatMoment(new Date(response.headers.get("Kept-At")), language === "es" ? "es-US" : language);
  const shown = html.replace("data-kept-page hidden>", "data-kept-page>").replace("{kept}", at);
  return new Response(shown, { headers: response.headers });
}

/* Format a moment as the server does: “Mon, Nov 30, 2:05 pm”. */
function formatMoment(/** @type {Date} */ moment, /** @type {string} */ locale) {
  /** @type {Intl.DateTimeFormatOptions} */
  const parts = { weekday: "short", month: "short", day: "numeric", hour: "numeric", minute: "2-digit" };
  const words = new Intl.DateTimeFormat(locale, parts).format(moment);
  return words.replace(/[AP]M$/, (half) => half.toLowerCase());
}
