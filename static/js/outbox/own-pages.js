// A person's own requests, so that they can be read without a network: the pages that the server marks with
// `Kept-For-Device: <device>`. The list of them brings the first ones along. A page for no device (its data
// is deleted) throws all of them away.

import { PageCache } from "../lib/page-cache.js";

const HEADER = "Kept-For-Device";
const MOST_AHEAD = 10;
const ROW = /<a\s+class="row"\s+href="([^"]+)"/g;
const pages = new PageCache("own ");

/** Keeps or throws away what the server says of `response`, the answer for `address`. */
export async function notePage(/** @type {string} */ address, /** @type {Response} */ response) {
  const device = response.headers.get(HEADER);
  if (device === null) return;
  await pages.clear(device);
  if (!device || !response.ok) return;
  const html = await pages.put(device, address, response);
  for (const [, path] of [...html.matchAll(ROW)].slice(0, MOST_AHEAD)) await fetchAhead(device, path);
}

/** Return the kept page of an address, with when it was kept; null where there is none. */
export async function findKeptPage(/** @type {string} */ address) {
  const response = await pages.match(address);
  return response ? markPage(response) : null;
}

/* Fetch a request that the list names and that is not kept yet; others' are not marked, and not kept. */
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
