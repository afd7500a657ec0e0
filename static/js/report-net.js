// The banner that says what the network does, and when to try again. Nothing is lost meanwhile.

const banner = document.querySelector("[data-offline]");
const words = banner?.querySelector("[data-offline-words]");
const button = banner?.querySelector("[data-offline-try]");
const MUTE = 1_500; // ms after which a button that was pressed says that it waits
let mute;

/** Say that something waits: "waiting" (no connection), "slow" (no answer worth having), "closed"
    (maintenance), "trying", "sending" (no answer yet), "kept" (no connection, and it goes out without this page). A try changes
    the button alone: the words it is about stay, and the page below them does not jump. */
export function say(kind) {
  if (!banner) return;
  clearTimeout(mute);
  if (kind !== "trying" || banner.hidden) {
    words.textContent = words.dataset[kind];
    banner.dataset.says = kind;
  }
  banner.hidden = false;
  button.textContent = button.dataset[kind] ?? button.dataset.now;
  const onward = banner.querySelector("[data-offline-go]");
  if (onward) onward.hidden = kind !== "waiting" || !navigator.serviceWorker?.controller;
}

/** Say so where the city has not answered soon. */
export function sayWhenSlow() {
  clearTimeout(mute);
  mute = setTimeout(say, MUTE, "sending");
}

export function hush() {
  clearTimeout(mute);
  if (banner) banner.hidden = true;
}

/** Resolves when it is worth trying again: back online, "Try now" pressed, or 2, 4, 8 … 30 s later. */
export function nextTry(attempt) {
  return new Promise((resolve) => {
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
