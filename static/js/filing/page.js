// On every page: ask the browser to cache the site (see worker.js), and load the module that sends reports if
// this phone has any.

import { device } from "../lib/storage.js";
import { inReport, callWhenAny } from "../outbox/database.js";

const FRESH = "kept-pages"; // on this device: which pages the worker caches, in which language

/* Run `act` after the page has loaded its own resources. */
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

/* Tell the worker to fetch its pages again once a day, and when the person changes the language. */
function refreshPages(/** @type {ServiceWorker} */ worker) {
  const now = `${document.documentElement.lang} ${new Date().toDateString()}`;
  if (device.get(FRESH) === now) return;
  // A browser that refuses storage does not cache pages either.
  if (device.set(FRESH, now)) worker.postMessage("freshen");
}

callWhenAny(inReport, "reports", () => import("./unsent.js"));
runAfterLoad(() =>
  registerWorker().catch((error) => console.info("this browser keeps no pages:", error.message)),
);
