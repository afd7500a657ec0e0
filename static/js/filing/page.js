// On every page: asks the browser to keep the site (see worker.js), sends what waits, and says so in
// one line under the top bar.

import { all, watch } from "../outbox/report-rows.js";
import { forgetReport } from "./keep.js";
import { forgetArrived } from "../outbox/parts.js";
import { sendWhatWaits } from "../outbox/report-loop.js";

const FRESH = "kept-pages"; // in localStorage: which pages the worker keeps, in words

const line = document.querySelector("[data-report-line]");

/* What the page itself needs comes first. */
function whenQuiet(act) {
  if (document.readyState === "complete") act();
  else addEventListener("load", act, { once: true });
}

async function keepTheSite() {
  const address = document.querySelector("[data-worker]").dataset.worker;
  const registration = await navigator.serviceWorker?.register(address, {
    type: "module",
    scope: "/",
    updateViaCache: "none",
  });
  if (!registration?.active) return;
  freshen(registration.active);
  if (document.querySelector("meta[name=signed-out]")) registration.active.postMessage("signed-out");
}

/* Once a day, and when the person reads another language. */
function freshen(worker) {
  const now = `${document.documentElement.lang} ${new Date().toDateString()}`;
  try {
    if (localStorage.getItem(FRESH) === now) return;
    localStorage.setItem(FRESH, now);
  } catch {
    return; // a browser that keeps nothing keeps no pages either
  }
  worker.postMessage("freshen");
}

async function draw() {
  const rows = await all();
  for (const row of rows.filter(({ state }) => state === "sent")) {
    forgetReport(row.id);
    forgetArrived(row.photosAt);
  }
  if (!line) return;
  const refused = rows.filter(({ state }) => state === "refused").length;
  const waiting = rows.filter(({ state }) => state === "waiting").length;
  const { one, many, needsYou } = line.dataset;
  line.hidden = !refused && !waiting;
  line.querySelector("span").textContent = refused
    ? needsYou
    : waiting === 1
      ? one
      : many.replace("{n}", waiting);
}

watch(draw);
draw();
sendWhatWaits();
whenQuiet(() => keepTheSite().catch((error) => console.info("this browser keeps no pages:", error.message)));
