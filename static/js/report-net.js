// The banner that says what the network does, and when to try again. Nothing is lost meanwhile.

const banner = document.querySelector("[data-offline]");
const words = banner?.querySelector("[data-offline-words]");

/** Say that something waits: "waiting" (no connection), "slow" (no answer worth having), "trying",
    "kept" (no connection, and it goes out without this page). */
export function say(kind) {
  if (!banner) return;
  banner.hidden = false;
  words.textContent = words.dataset[kind];
  const onward = banner.querySelector("[data-offline-go]");
  if (onward) onward.hidden = kind !== "waiting" || !navigator.serviceWorker?.controller;
}

export function hush() {
  if (banner) banner.hidden = true;
}

/** Resolves when it is worth trying again: back online, "Try now" pressed, or 2, 4, 8 … 30 s later. */
export function nextTry(attempt) {
  return new Promise((resolve) => {
    const button = banner?.querySelector("[data-offline-try]");
    const timer = setTimeout(go, Math.min(30, 2 ** attempt) * 1000);
    function go() {
      clearTimeout(timer);
      removeEventListener("online", go);
      button?.removeEventListener("click", go);
      say("trying");
      resolve();
    }
    addEventListener("online", go);
    button?.addEventListener("click", go);
  });
}
