// Send a form[data-send] so that a lost connection between two steps loses nothing: show that it waits, and
// retry automatically. Sending the same data twice is harmless, because the server recognizes it. A request
// that the server refuses is sent again by the browser itself, which then shows the page with the reason.

import "../lib/error-lines.js";
import { clearForm, dropField, stashForm } from "./form-drafts.js";
import * as network from "./network.js";

const PATIENCE = 30_000; // ms until a response counts as lost
const STAYS = ["take_out", "find", "add", "remove"]; // buttons that do not lead to the next step
const MOST_FAILURES = 5; // after this many, the server's own error page is shown
const last = document.querySelector("form[data-last]"); // load early: offline is too late
const handingOver = last && Promise.allSettled([import("../outbox/reports.js"), import("./unsent.js")]);

/* Wait for work that must be done first; `moment` is "before-send" or "before-leave". */
async function waitForOthers(/** @type {HTMLFormElement} */ form, /** @type {string} */ moment) {
  const waits = /** @type {Promise<unknown>[]} */ ([]);
  form.dispatchEvent(
    new CustomEvent(moment, {
      detail: { waitFor: (/** @type {Promise<unknown>} */ promise) => waits.push(promise) },
    }),
  );
  await Promise.all(waits);
}

/** @type {(form: HTMLFormElement, submitter: HTMLButtonElement) => Promise<Response>} */
async function postUntilAnswered(form, submitter) {
  let failures = 0;
  for (let attempt = 1; ; attempt += 1) {
    try {
      const body = new FormData(form, submitter);
      const response = await fetch(form.action, {
        method: "POST",
        body,
        signal: AbortSignal.timeout(PATIENCE),
      });
      const { status } = response;
      if (status < 500 && status !== 429) return response;
      if (status !== network.AWAY) failures += 1;
      if (failures === MOST_FAILURES) return response;
      if (status === network.AWAY && (await handOver(form))) network.showBanner("stored");
      else network.showAway(response.headers.get("X-Read-Only"));
    } catch (error) {
      if (!["TypeError", "TimeoutError", "AbortError"].includes(error.name)) throw error;
      network.showBanner((await handOver(form)) ? "kept" : "waiting");
    }
    await network.waitForRetry(attempt);
  }
}

/* Store the last step, so that it is sent without this page too. The server recognizes the report by its key,
   whichever sends it first. */
async function handOver(/** @type {HTMLFormElement} */ form) {
  if (form !== last || !navigator.serviceWorker?.controller) return false;
  const [outbox] = await handingOver;
  if (outbox.status === "rejected") return false;
  const { title, place } = form.dataset;
  return outbox.value.keepReport(last.dataset.last, { values: [], title, place });
}

/* Send the form; reset its busy state if that fails. */
async function deliverForm(/** @type {HTMLFormElement} */ form, /** @type {HTMLButtonElement} */ submitter) {
  try {
    network.showWhenSlow(); // uploads of photos may take long
    await waitForOthers(form, "before-send");
    network.showWhenSlow();
    return await postUntilAnswered(form, submitter);
  } catch (error) {
    form.removeAttribute("aria-busy");
    throw error;
  } finally {
    network.hideBanner();
  }
}

/** Continue in the offline form with what was typed and chosen. Never resolves: the page is left, or `signal`
    aborts it.
    @type {(form: HTMLFormElement, submitter: HTMLButtonElement, signal: AbortSignal) => Promise<Response>} */
async function goOnOffline(form, submitter, signal) {
  const address = network.offlineFormUrl();
  if (address && !STAYS.includes(submitter?.name)) {
    await network.waitUntilUnreachable(signal);
    await waitForOthers(form, "before-leave");
    stashForm(form, submitter);
    location.assign(address);
  }
  return new Promise(() => {});
}

async function sendForm(/** @type {HTMLFormElement} */ form, /** @type {HTMLButtonElement} */ submitter) {
  form.setAttribute("aria-busy", "true");
  const leaving = new AbortController();
  const ways = [deliverForm(form, submitter), goOnOffline(form, submitter, leaving.signal)];
  const response = await Promise.race(ways).finally(() => leaving.abort());
  if (response.ok && response.redirected) {
    clearForm(form, submitter);
    location.assign(response.url);
    return;
  }
  if (submitter?.name === "take_out") dropField(form, submitter.value.split(":")[0]);
  form.dataset.native = "";
  form.requestSubmit(submitter);
}

for (const form of document.querySelectorAll("form[data-send]")) {
  form.addEventListener("submit", (event) => {
    if ("native" in form.dataset) return;
    event.preventDefault();
    if (form.getAttribute("aria-busy") !== "true")
      sendForm(form, /** @type {HTMLButtonElement} */ (event.submitter));
  });
  addEventListener("pageshow", () => {
    form.removeAttribute("aria-busy");
    delete form.dataset.native;
  });
}

/* A refused step is the response to a POST, and so is a page on which the report stops. Each step can be read
   with GET at the same URL. Replace the history entry, so that Back and reload use GET and the browser does
   not ask whether to send again. Photos shared from the gallery were sent to another URL, which would begin a
   new report: use the URL of the step instead. */
const first = document.querySelector("form[data-send]");
const step = new URL(first?.action ?? location.href);
history.replaceState(null, "", step.pathname === location.pathname ? location.href : step.href);
document.querySelector("[data-problems]")?.focus();
