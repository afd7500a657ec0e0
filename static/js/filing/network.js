// The banner that says what the network does, and when to try again. Nothing is lost meanwhile.

const banner = document.querySelector("[data-offline]");
const words = banner?.querySelector("[data-offline-words]");
const button = banner?.querySelector("[data-offline-try]");
const news = banner?.querySelector("[data-offline-news]");
const call = banner?.querySelector("[data-offline-call]");
const MUTE = 1_500; // ms after which a button that was pressed says that it waits
const LONG = 5; // tries, about a minute: then it says whom to call
let mute = 0;

/** The status of a city that takes the same later, however long that is. */
export const AWAY = 503;

/** Say that something waits: "waiting" (no connection), "slow" (no answer worth having), "closed"
    (maintenance), "trying", "sending" (no answer yet), "kept" and "stored" (no connection, or the city
    is away, and it goes out without this page). A try changes the button alone: the words it is about
    stay, and the page below them does not jump. */
export function showBanner(/** @type {string} */ kind) {
  if (!banner) return;
  clearTimeout(mute);
  if (kind !== "trying" || banner.hidden) {
    words.textContent = words.dataset[kind];
    banner.dataset.says = kind;
  }
  banner.hidden = false;
  button.textContent = button.dataset[kind] ?? button.dataset.now;
  button.setAttribute("aria-disabled", String(kind === "trying"));
  news.textContent = kind === "trying" ? words.dataset.trying : "";
  const link = banner.querySelector("[data-offline-go]");
  if (link) link.hidden = !["waiting", "sending"].includes(kind) || !offlineFormUrl();
  if (kind === "waiting") banner.dispatchEvent(new Event("unreachable"));
}

/** Say that it waits for a city that answers AWAY; `readOnly` is that answer's X-Read-Only. */
export function showAway(/** @type {string | null} */ readOnly) {
  showBanner(readOnly ? "closed" : "slow");
}

/** Return the address at which the report goes on without a network, where this phone keeps that page. */
export const offlineFormUrl = () =>
  navigator.serviceWorker?.controller && banner?.querySelector("[data-offline-go]")?.getAttribute("href");

/** Resolves once there is no network: the browser says so, or the city could not be reached, as on Wi-Fi
    without internet. `signal` ends the waiting. */
export async function waitUntilUnreachable(/** @type {AbortSignal} */ signal) {
  const isTold = !banner.hidden && banner.dataset.says === "waiting";
  if (!navigator.onLine || isTold) return;
  await new Promise((go) => {
    addEventListener("offline", go, { once: true, signal });
    banner.addEventListener("unreachable", go, { once: true, signal });
  });
}

/** Say that it is being sent where the city has not answered soon; a banner that shows says more. */
export function showWhenSlow() {
  clearTimeout(mute);
  mute = setTimeout(() => banner?.hidden && showBanner("sending"), MUTE);
}

export function hideBanner() {
  clearTimeout(mute);
  if (banner) banner.hidden = true;
  if (call) call.hidden = true;
}

/** Resolves when it is worth trying again: back online, "Try now" pressed, or 2, 4, 8 … `longest`
    seconds later.
    @returns {Promise<void>} */
export function waitForRetry(/** @type {number} */ attempt, longest = 30) {
  if (call && attempt >= LONG) call.hidden = false;
  return new Promise((resolve) => {
    const timer = setTimeout(go, Math.min(longest, 2 ** attempt) * 1000);
    function go() {
      clearTimeout(timer);
      removeEventListener("online", go);
      button?.removeEventListener("click", go);
      showBanner("trying");
      resolve();
    }
    addEventListener("online", go);
    button?.addEventListener("click", go);
  });
}
