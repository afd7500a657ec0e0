// Reports that are written and not sent yet, kept by the phone itself. One row per report:
//
//   {id, path, photosAt, values, title, place, state, says, then, reference, at}
//
// `id` is the report's key: whatever is sent with it is one request. `values` are [name, value]
// pairs as the forms have them; empty where the city has them already. `state` is one of:
//   waiting   to be sent as soon as that works
//   refused   the city needs something else: `says` in its words, `then` the address to put it right
//   sent      the city has it, under `reference`; `then` is the receipt

import { inStore } from "./report-store.js";

const LIFETIME = { waiting: 60, refused: 60, sent: 7 }; // days
const DAY = 24 * 3600 * 1000;
const channel = globalThis.BroadcastChannel ? new BroadcastChannel("reports") : null;
const listeners = new Set();

/** The addresses of the report with this key. */
export const addressesOf = (id) => ({ path: `/report/${id}/delivery/`, photosAt: `/report/${id}/photos/` });

/** Keep a report to be sent; resolves to whether this phone can. */
export async function post(id, { values, title, place }) {
  const row = { id, ...addressesOf(id), values, title, place, state: "waiting", says: [], at: Date.now() };
  const isKept = (await inStore("reports", "readwrite", (store) => store.put(row))) !== undefined;
  if (isKept) askTheWorker();
  tell();
  return isKept;
}

/* Where the browser can, it wakes the worker when the network is back and no page is open. */
async function askTheWorker() {
  const registration = await navigator.serviceWorker?.getRegistration();
  await registration?.sync?.register("reports").catch(() => {}); // not allowed: pages send it
}

export const get = (id) => inStore("reports", "readonly", (store) => store.get(id));

export async function change(id, changes) {
  await inStore("reports", "readwrite", (store) => {
    const request = store.get(id);
    request.onsuccess = () => request.result && store.put({ ...request.result, ...changes });
    return request;
  });
  tell();
}

export async function remove(id) {
  if (!(await get(id))) return;
  await inStore("reports", "readwrite", (store) => store.delete(id));
  tell();
}

/** Everything of this phone, oldest first; what nobody came back for is thrown away in the end. */
export async function all() {
  const rows = (await inStore("reports", "readonly", (store) => store.getAll())) ?? [];
  const isOld = (row) => !(Date.now() - row.at < LIFETIME[row.state] * DAY);
  for (const row of rows.filter(isOld))
    await inStore("reports", "readwrite", (store) => store.delete(row.id));
  return rows.filter((row) => !isOld(row)).sort((a, b) => a.at - b.at);
}

/** Calls `act` after each change, also one of another tab or of the worker. */
export function watch(act) {
  listeners.add(act);
  channel?.addEventListener("message", act);
}

function tell() {
  channel?.postMessage("changed");
  for (const act of listeners) act();
}
