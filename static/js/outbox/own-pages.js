// A person's own requests, so that they can be read without a network: the pages that the server marks with
// `Kept-For-Device: <device>`. The list of them brings the first ones along. They are that device's alone: a
// page for another one, or for none (its data is deleted), throws all of them away.

const CACHE = "own ";
const HEADER = "Kept-For-Device";
const MOST_AHEAD = 10;
const ROW = /<a\s+class="row"\s+href="([^"]+)"/g;

/** Keeps or throws away what the server says of `response`, the answer for `address`. */
export async function notePage(/** @type {string} */ address, /** @type {Response} */ response) {
  const device = response.headers.get(HEADER);
  if (device === null) return;
  for (const name of await caches.keys())
    if (name.startsWith(CACHE) && name !== CACHE + device) await caches.delete(name);
  if (!device || !response.ok) return;
  const cache = await caches.open(CACHE + device);
  const html = await keepPage(cache, address, response);
  for (const [, path] of [...html.matchAll(ROW)].slice(0, MOST_AHEAD)) await fetchAhead(cache, device, path);
}

/** Return the kept page of an address, with when it was kept; null where there is none. */
export async function findKeptPage(/** @type {string} */ address) {
  for (const name of await caches.keys()) {
    if (!name.startsWith(CACHE)) continue;
    const response = await (await caches.open(name)).match(address, { ignoreVary: true });
    if (response) return markPage(response);
  }
  return null;
}

/** @param {Cache} cache
    @param {string} address
    @param {Response} response */
async function keepPage(cache, address, response) {
  const html = await response.text();
  const headers = new Headers(response.headers);
  headers.set("Kept-At", new Date().toISOString());
  await cache.put(address, new Response(html, { headers }));
  return html;
}

/** Fetch a request that the list names and that is not kept yet; others' are not marked, and not kept.
    @param {Cache} cache
    @param {string} device
    @param {string} path */
async function fetchAhead(cache, device, path) {
  if (await cache.match(path, { ignoreVary: true })) return;
  const response = await fetch(path);
  if (response.ok && response.headers.get(HEADER) === device) await keepPage(cache, path, response);
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
