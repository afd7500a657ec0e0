// On every page: asks the browser to keep the site (see worker.js), and loads what sends where there is
// something on this phone.

import { device } from "../lib/storage.js";
import { inReport, callWhenAny } from "../outbox/database.js";

const FRESH = "kept-pages"; // on this device: which pages the worker keeps, in words

/* Run `act` after the page has what it needs itself. */
function runAfterLoad(/** @type {() => void} */ act) {
  if (document.readyState === "complete") act();
  else addEventListener("load", act, { once: true });
}

async function registerWorker() {
  const address = document.querySelector("[data-worker]").dataset.worker;
  const registration = await navigator.serviceWorker?.register(address, {
    type: "module",
    scope: "/",
    updateViaCache: "none",
  });
  if (!registration?.active) return;
  refreshPages(registration.active);
  if (document.querySelector("meta[name=signed-out]")) registration.active.postMessage("signed-out");
}

/* Let the worker fetch its pages again once a day, and when the person reads another language. */
function refreshPages(/** @type {ServiceWorker} */ worker) {
  const now = `${document.documentElement.lang} ${new Date().toDateString()}`;
  if (device.get(FRESH) === now) return;
  // A browser that keeps nothing keeps no pages either.
  if (device.set(FRESH, now)) worker.postMessage("freshen");
}

callWhenAny(inReport, "reports", () => import("./unsent.js"));
runAfterLoad(() =>
  registerWorker().catch((error) => console.info("this browser keeps no pages:", error.message)),
);
