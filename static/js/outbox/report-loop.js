// Sends what waits on this phone, again and again until it is gone: now, when the network is back, and
// when the page comes to the front.

import { deliverAll } from "./report-deliver.js";
import { all } from "./report-rows.js";

const SOONEST = 5; // seconds until the next try, doubled with each failure
const LATEST = 300;
const listeners = new Set();
const state = { timer: 0, failures: 0, run: null };

/** Calls `act("begun")` when something is being sent, then `act("done")` or `act("failed")`. */
export function follow(act) {
  listeners.add(act);
}

/** Try at once; who asks meanwhile waits for the same try. */
export function sendWhatWaits() {
  state.run ??= attempt().finally(() => (state.run = null));
  return state.run;
}

async function attempt() {
  clearTimeout(state.timer);
  if (!(await all()).some((row) => row.state === "waiting")) return;
  tell("begun");
  const left = await deliverAll();
  state.failures = left ? state.failures + 1 : 0;
  if (left)
    state.timer = setTimeout(sendWhatWaits, Math.min(LATEST, SOONEST * 2 ** (state.failures - 1)) * 1000);
  tell(left ? "failed" : "done");
}

function tell(what) {
  for (const act of listeners) act(what);
}

addEventListener("online", sendWhatWaits);
document.addEventListener("visibilitychange", () => document.hidden || sendWhatWaits());
