// The banner that shows the state of the network and when the next attempt is made. No data is lost
// meanwhile.

const banner = document.querySelector("[data-offline]");
const words = banner?.querySelector("[data-offline-words]");
const button = banner?.querySelector("[data-offline-try]");
const news = banner?.querySelector("[data-offline-news]");
const call = banner?.querySelector("[data-offline-call]");
const MUTE = 1_500; // ms after which a pressed button shows that it waits
const LONG = 5; // attempts, about a minute; after that the banner shows whom to call
let mute = 0;

/** The status of a server that will accept the same request later, at an unknown time. */
export const AWAY = 503;

/** Show that something waits. `kind` is "waiting" (no connection), "slow" (no usable response), "closed"
    (maintenance), "trying", "sending" (no response yet), or "kept" and "stored" (no connection or the server
    is away, and it is sent without this page). An attempt changes only the button: the text stays, so that
    the page below does not jump. */
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

/** Show that it waits for a server that answered AWAY; `readOnly` is the X-Read-Only header of that
    response. */
export function showAway(/** @type {string | null} */ readOnly) {
  showBanner(readOnly ? "closed" : "slow");
}

/** Return the URL of the offline form of the report; undefined if this phone has not cached that page. */
export const offlineFormUrl = () =>
  navigator.serviceWorker?.controller && banner?.querySelector("[data-offline-go]")?.getAttribute("href");

/** Resolves when there is no network: the browser reports it, or the server is unreachable, as on Wi-Fi
    without internet. `signal` aborts the wait. */
export async function waitUntilUnreachable(/** @type {AbortSignal} */ signal) {
  const isTold = !banner.hidden && banner.dataset.says === "waiting";
  if (!navigator.onLine || isTold) return;
  await new Promise((go) => {
    addEventListener("offline", go, { once: true, signal });
    banner.addEventListener("unreachable", go, { once: true, signal });
  });
}

/** Show that it is being sent if the server has not answered soon. A banner that is shown already has more
    information and stays. */
export function showWhenSlow() {
  clearTimeout(mute);
  mute = setTimeout(() => banner?.hidden && showBanner("sending"), MUTE);
}

export function hideBanner() {
  clearTimeout(mute);
  if (banner) banner.hidden = true;
  if (call) call.hidden = true;
}

/** Resolves when another attempt makes sense: back online, "Try now" pressed, or after 2, 4, 8 … `longest`
    seconds.
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
