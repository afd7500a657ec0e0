// What a crew's phone keeps so that today's pages open without a signal: those the server marks with
// `Kept-For: <person>`, and the photos on them. They are that person's alone: a page for somebody
// else, signing out, or the sign-in page throws all of it away; so does the next day.

const CACHE = "crew ";
const MOST_PHOTOS = 80;

export const isCrews = (url) => url.pathname.startsWith("/staff/");

/** Pages that people go to, and the form of a completion, which a job's page fetches ahead. */
export function isKept(request, url) {
  return isCrews(url) && (request.mode === "navigate" || url.pathname.endsWith("/completion/"));
}

export function isPhotoOfCrew(request, url) {
  return url.pathname.startsWith("/photos/") && isCrews(new URL(request.referrer || location.origin));
}

/** From the city; without a signal what was seen today, marked with when. */
export async function page(event, whenKept) {
  const { request } = event;
  try {
    const response = (await event.preloadResponse) ?? (await fetch(request));
    const person = response.ok && response.headers.get("Kept-For");
    if (person) event.waitUntil(keep(person, request, response.clone()).then(whenKept));
    return response;
  } catch (error) {
    const kept = await seenToday(request);
    if (kept) return kept;
    throw error;
  }
}

export async function photo(request) {
  const cache = await opened();
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

export async function forget() {
  for (const name of await caches.keys()) if (name.startsWith(CACHE)) await caches.delete(name);
}

async function opened() {
  const name = (await caches.keys()).find((each) => each.startsWith(CACHE));
  return name && caches.open(name);
}

async function keep(person, request, response) {
  for (const name of await caches.keys()) {
    if (name.startsWith(CACHE) && name !== CACHE + person) await caches.delete(name);
  }
  const cache = await caches.open(CACHE + person);
  const headers = new Headers(response.headers);
  headers.set("Kept-At", new Date().toISOString());
  await cache.put(request.url, new Response(await response.blob(), { headers }));
  await tidy(cache);
}

/* Yesterday's pages, and the oldest photos where there are many. */
async function tidy(cache) {
  const photos = [];
  for (const request of await cache.keys()) {
    if (new URL(request.url).pathname.startsWith("/photos/")) photos.push(request);
    else if (!isOfToday(await cache.match(request))) await cache.delete(request);
  }
  for (const request of photos.slice(0, -MOST_PHOTOS)) await cache.delete(request);
}

const isOfToday = (response) =>
  new Date(response?.headers.get("Kept-At")).toDateString() === new Date().toDateString();

async function seenToday(request) {
  const kept = await (await opened())?.match(request.url, { ignoreVary: true });
  if (!kept || !isOfToday(kept)) return null;
  const html = await kept.text();
  const marked = html.replace("<body", `<body data-as-of="${kept.headers.get("Kept-At")}"`);
  return new Response(marked, { headers: kept.headers });
}
