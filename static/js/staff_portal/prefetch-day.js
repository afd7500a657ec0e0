// Fetch the stops of a day ahead, one after the other. The service worker caches them, with their completion
// forms and photos, so that they open without a signal.

const FRESH = 5 * 60_000; // ms for which a cached page is not fetched again
const PATIENCE = 30_000;
const worker = navigator.serviceWorker;
let isDone = Promise.resolve();

/** Cache the pages of these jobs (URLs), after those in progress. */
export function fetchAhead(/** @type {string[]} */ jobs) {
  if (!worker || navigator.connection?.saveData) return;
  if (worker.controller) isDone = isDone.then(() => fetchJobs(jobs));
  else worker.addEventListener("controllerchange", () => fetchAhead(jobs), { once: true });
}

async function fetchJobs(/** @type {string[]} */ jobs) {
  for (const job of jobs) {
    try {
      if (!(await isFresh(job))) await fetchJob(job);
    } catch {
      return; // no signal: they are fetched when it returns, or when the day is opened again
    }
  }
}

async function isFresh(/** @type {string} */ address) {
  const kept = await caches.match(address, { ignoreVary: true });
  return Boolean(kept) && Date.now() - Date.parse(kept.headers.get("Kept-At")) < FRESH;
}

async function fetchJob(/** @type {string} */ job) {
  const answer = await fetchPatiently(job);
  if (!answer.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  await fetchPatiently(`${job}completion/`);
  const pictures = page.querySelectorAll("[data-photo] img");
  for (const { src } of pictures) {
    if (new URL(src).origin === location.origin) await fetchPatiently(src);
  }
}

const fetchPatiently = (/** @type {string} */ address) =>
  fetch(address, { signal: AbortSignal.timeout(PATIENCE) });

function fetchDay() {
  const stops = document.querySelectorAll("[data-stop] a.job");
  if (stops.length) fetchAhead([...stops].map((link) => link.href));
}

fetchDay();
document.addEventListener("crew:drawn", fetchDay);
addEventListener("online", fetchDay);
