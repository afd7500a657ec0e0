// On every page: asks the browser to keep the site (see worker.js), sends what waits, and says so in
// one line under the top bar.

import { deliverAll } from "./report-deliver.js";
import { all, watch } from "./report-outbox.js";
import { forgetReport } from "./report-keep.js";

const FRESH = "kept-pages"; // in localStorage: which pages the worker keeps, in words
const SOONEST = 5; // seconds until the next try, doubled with each failure
const LATEST = 300;

const line = document.querySelector("[data-report-line]");
const trying = { timer: 0, failures: 0 };

async function keepTheSite() {
  const address = document.querySelector("[data-worker]").dataset.worker;
  const registration = await navigator.serviceWorker?.register(address, { type: "module", scope: "/", updateViaCache: "none" });
  if (registration?.active) freshen(registration.active);
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

/** Send what waits, now and again until it is gone. */
export async function sendWhatWaits() {
  clearTimeout(trying.timer);
  if (!(await all()).some(({ state }) => state === "waiting")) return;
  const left = await deliverAll();
  trying.failures = left ? trying.failures + 1 : 0;
  if (left) trying.timer = setTimeout(sendWhatWaits, Math.min(LATEST, SOONEST * 2 ** (trying.failures - 1)) * 1000);
}

async function draw() {
  const rows = await all();
  for (const row of rows.filter(({ state }) => state === "sent")) forgetReport(row.id);
  if (!line) return;
  const refused = rows.filter(({ state }) => state === "refused").length;
  const waiting = rows.filter(({ state }) => state === "waiting").length;
  const { one, many, needsYou } = line.dataset;
  line.hidden = !refused && !waiting;
  line.querySelector("span").textContent = refused ? needsYou : waiting === 1 ? one : many.replace("{n}", waiting);
}

watch(draw);
draw();
addEventListener("online", sendWhatWaits);
document.addEventListener("visibilitychange", () => document.hidden || sendWhatWaits());
sendWhatWaits();
keepTheSite().catch((error) => console.info("this browser keeps no pages:", error.message));
