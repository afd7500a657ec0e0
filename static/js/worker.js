// The service worker: caches the files for writing a report, serves them if there is no network, and sends
// waiting data when the network returns. It answers only navigations and cached files: polls, photos and
// forms go directly to the server, so data that changes is never served stale. It also shows notifications.

import * as own from "./outbox/own-pages.js";
import { keepPhoto } from "./outbox/pending-photos.js";
import { buildAddresses, reports } from "./outbox/reports.js";
import { endStaffNotices, showNotices } from "./push/notices.js";
import * as crew from "./staff_portal/cache.js";

const CACHE = "pages ";
const SOON = 3_000; // ms to wait for the page that begins a report, before the offline form is shown
const STAFF = ["/desk/", "/admin/", "/accounts/"]; // never cached, and never answered by the worker
const STEP = /^\/report\/([0-9a-f-]{36})\/(what|where|details|check)\/$/;

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (globalThis));

export function run(/** @type {KeptSite} */ kept) {
  const name = CACHE + kept.version;
  const files = new Set([...kept.files, ...kept.crew]);

  worker.addEventListener("install", (event) => event.waitUntil(install()));
  worker.addEventListener("activate", (event) => event.waitUntil(activate()));
  worker.addEventListener("fetch", (event) => answerFetch(event));
  worker.addEventListener("sync", (event) => event.tag === "reports" && event.waitUntil(deliverReports()));
  worker.addEventListener("message", (event) => {
    if (event.data === "freshen") event.waitUntil(keepPages());
    if (event.data === "signed-out") event.waitUntil(crew.deleteCaches());
  });
  showNotices(kept.push);

  /* Cache the files. Old pages continue with their own files, and no tab must be closed first. */
  async function install() {
    const cache = await caches.open(name);
    await cache.addAll(kept.files.map((address) => new Request(address, { cache: "no-cache" })));
    await keepPages();
    await worker.skipWaiting();
  }

  /* Cache the pages in the person's language, with today's categories. */
  async function keepPages() {
    const cache = await caches.open(name);
    await cache.addAll(Object.values(kept.pages).map((address) => new Request(address, { cache: "reload" })));
  }

  async function activate() {
    for (const old of await caches.keys())
      if (old.startsWith(CACHE) && old !== name) await caches.delete(old);
    await worker.registration.navigationPreload?.enable();
    await worker.clients.claim();
  }

  function answerFetch(/** @type {FetchEvent} */ event) {
    const { request } = event;
    const url = new URL(request.url);
    if (url.origin !== location.origin) return;
    if (request.method === "POST" && url.pathname === kept.shared) {
      if (!navigator.onLine) event.respondWith(keepShared(request));
    } else if (isSigningOut(request, url))
      event.waitUntil(Promise.all([crew.deleteCaches(), endStaffNotices(kept.push.signOut)]));
    else if (request.method !== "GET") return;
    else if (crew.isKept(request, url)) event.respondWith(crew.answerPage(event, keepCrewsFiles));
    else if (crew.isCrewPhoto(request, url)) event.respondWith(crew.answerPhoto(request));
    else if (request.mode === "navigate") {
      if (!STAFF.some((room) => url.pathname.startsWith(room))) event.respondWith(answerVisit(event, url));
    } else if (files.has(url.pathname + url.search)) event.respondWith(fromCache(request));
  }

  /* Cache the files of the crew's pages, once one of those pages is cached on this phone. */
  async function keepCrewsFiles() {
    const cache = await caches.open(name);
    for (const address of kept.crew) if (!(await cache.match(address))) await cache.add(address);
  }

  async function answerVisit(/** @type {FetchEvent} */ event, /** @type {URL} */ url) {
    try {
      const response = await (url.pathname === kept.pages.report
        ? answerSoon(fromCity(event))
        : fromCity(event));
      event.waitUntil(own.notePage(event.request.url, response.clone()));
      return response;
    } catch {
      return (await own.findKeptPage(event.request.url)) ?? answerWithoutNetwork(url);
    }
  }

  async function fromCity(/** @type {FetchEvent} */ event) {
    return (await event.preloadResponse) ?? fetch(event.request);
  }

  async function answerWithoutNetwork(/** @type {URL} */ url) {
    const { report, waiting } = kept.pages;
    const step = url.pathname.match(STEP);
    if (step) return Response.redirect(`${report}?report=${step[1]}`);
    if (url.pathname === kept.start) return Response.redirect(report + url.search);
    const cache = await caches.open(name);
    return (
      (await cache.match(url.pathname === report ? report : waiting, { ignoreVary: true })) ??
      Response.error()
    );
  }

  async function fromCache(/** @type {Request} */ request) {
    const cache = await caches.open(name);
    return (await cache.match(request, { ignoreVary: true })) ?? fetch(request);
  }

  /* Store photos that were shared from the gallery without a network, as a new report. */
  async function keepShared(/** @type {Request} */ request) {
    const id = crypto.randomUUID();
    const { photosAt } = buildAddresses(id);
    const files = /** @type {File[]} */ ((await request.formData()).getAll("photos"));
    for (const file of files) await keepPhoto(photosAt, file);
    return Response.redirect(`${kept.pages.report}?report=${id}`, 303);
  }
}

/* Reject if the server does not answer soon: Wi-Fi without internet returns an error, or never answers. */
function answerSoon(/** @type {Promise<Response>} */ answer) {
  return Promise.race([answer, new Promise((_, refuse) => setTimeout(refuse, SOON, new Error("no answer")))]);
}

const isSigningOut = (/** @type {Request} */ request, /** @type {URL} */ url) =>
  request.method === "POST" && url.pathname === "/accounts/logout/";

/* Send what is waiting; a failure makes the browser try again later. */
async function deliverReports() {
  if (await reports.deliverAll()) throw new Error("the city cannot be reached yet");
}
