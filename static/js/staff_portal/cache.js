// Pages that a crew's phone caches so that today's pages open without a signal: those that the server sends
// with `Kept-For: <person>`, and the photos on them. The stops of a day are fetched ahead (prefetch-day.js).
// Signing out, the sign-in page and the next day delete all of them.

import { PageCache } from "../lib/page-cache.js";

const MOST_PHOTOS = 80;
const UNKEPT = "/staff/offline/"; // shown in place of a page that was never cached
const pages = new PageCache("crew ");
const AHEAD = /^\/staff\/(?!offline)[^/]+\/(completion\/)?$/i;

const isCrewPage = (/** @type {URL} */ url) => url.pathname.startsWith("/staff/");

/** Return whether a page is cached: one that people navigate to, or that a page fetches ahead (jobs,
    completion forms). */
export function isKept(/** @type {Request} */ request, /** @type {URL} */ url) {
  return isCrewPage(url) && (request.mode === "navigate" || AHEAD.test(url.pathname));
}

export function isCrewPhoto(/** @type {Request} */ request, /** @type {URL} */ url) {
  return url.pathname.startsWith("/photos/") && isCrewPage(new URL(request.referrer || location.origin));
}

/** Return the page from the server; without a signal return the page cached today, marked with its time.
    @type {(event: FetchEvent, whenKept: () => Promise<void>) => Promise<Response>} */
export async function answerPage(event, whenKept) {
  const { request } = event;
  try {
    const response = (await event.preloadResponse) ?? (await fetch(request));
    const person = response.ok && response.headers.get("Kept-For");
    if (person)
      event.waitUntil(keepPage(person, request.url, response.clone()).then(whenKept).then(keepOfflinePage));
    return response;
  } catch (error) {
    const kept =
      (await findOfToday(request.url)) ?? (request.mode === "navigate" && (await findOfToday(UNKEPT)));
    if (kept) return kept;
    throw error;
  }
}

/* Cache the page that is shown in place of uncached pages, once a day. */
async function keepOfflinePage() {
  if (await findOfToday(UNKEPT)) return;
  const response = await fetch(UNKEPT);
  const person = response.ok && response.headers.get("Kept-For");
  if (person) await keepPage(person, UNKEPT, response);
}

/** Return a photo from the server; without a signal return the cached one. */
export async function answerPhoto(/** @type {Request} */ request) {
  const cache = await pages.open();
  try {
    const response = await fetch(request);
    if (cache && response.ok) await cache.put(request.url, response.clone());
    return response;
  } catch (error) {
    const kept = await cache?.match(request.url, { ignoreVary: true });
    if (kept) return kept;
    throw error;
  }
}

export const deleteCaches = () => pages.clear();

/** @type {(person: string, address: string, response: Response) => Promise<void>} */
async function keepPage(person, address, response) {
  await pages.put(person, address, response);
  await deleteOld(await pages.open());
}

/* Delete yesterday's pages, and the oldest photos if there are many. */
async function deleteOld(/** @type {Cache} */ cache) {
  const photos = [];
  for (const request of await cache.keys()) {
    if (new URL(request.url).pathname.startsWith("/photos/")) photos.push(request);
    else if (!isOfToday(await cache.match(request))) await cache.delete(request);
  }
  for (const request of photos.slice(0, -MOST_PHOTOS)) await cache.delete(request);
}

const isOfToday = (/** @type {Response} */ response) =>
  new Date(response?.headers.get("Kept-At")).toDateString() === new Date().toDateString();

async function findOfToday(/** @type {string} */ address) {
  const kept = await pages.match(address);
  if (!kept || !isOfToday(kept)) return null;
  const html = await kept.text();
  const marked = html.replace("<body", `<body data-as-of="${kept.headers.get("Kept-At")}"`);
  return new Response(marked, { headers: kept.headers });
}
