// What a crew finished and the city does not have yet, kept by the phone itself: a reload, a dead
// network or a phone that throws the page away to open the camera loses nothing. Where there is no
// such store, it lives as long as the page.
//
// One row per completion: {key, user, reference, path, upload, name, place, seen, fields, photos,
// state, says, at}. `fields` are [name, value] pairs, `photos` are {n, name, blob, id}: `n` tells them
// apart, `id` is the city's, once it has the picture. `state` is one of:
//   draft       still being filled in
//   waiting     to be sent as soon as that works
//   signed-out  as waiting, and somebody has to sign in first
//   changed     the job moved on meanwhile: a person must read what happened
//   refused     something is missing or wrong, in the words of `says`
//   gone        the job is not this person's any more; where its holder may still get the work,
//               `moved` is {path, where, send, sent}: the address, and what the person reads

import { database } from "./database.js";

const LIFETIME = 7 * 24 * 3600 * 1000;
const TO_SEND = ["waiting", "signed-out"];
const channel = globalThis.BroadcastChannel ? new BroadcastChannel("crew-queue") : null;
const listeners = new Set();
const stored = database("crew", 1, { completions: { keyPath: "key" } });
const memory = new Map(); // stands in for the store where the browser has none

const inStore = (mode, act) => stored("completions", mode, act);

/** The row with this key, as it is stored now. */
export async function get(key) {
  return memory.get(key) ?? (await inStore("readonly", (store) => store.get(key)));
}

/** A row for what is begun now; `about` has its user, reference, path, upload, name, place, seen. Its
    key is new: the page's own may be of a page that the phone kept, and used before. */
export function begin({ key, user, reference, path, upload, name, place, seen }) {
  const about = { key: crypto.randomUUID?.() ?? key, user, reference, path, upload, name, place, seen };
  return { ...about, fields: [], photos: [], state: "draft", says: [], at: Date.now() };
}

/** Keep a new `row`; resolves to whether the phone will still have it after the page is gone. */
export async function put(row) {
  const isStored = (await inStore("readwrite", (store) => store.put(row))) !== undefined;
  if (!isStored) memory.set(row.key, row);
  tell();
  return isStored;
}

/** Let `change` alter the row as it is stored now, at once for all tabs; resolves to the new row,
    or to nothing where it is gone. */
export async function update(key, change) {
  let row = memory.get(key);
  if (row) change(row);
  else {
    const isStored = await inStore("readwrite", (store) => {
      const request = store.get(key);
      request.onsuccess = () => {
        row = request.result;
        if (!row) return;
        change(row);
        store.put(row);
      };
      return request;
    });
    if (row && !isStored) memory.set(key, row); // no room for the new photo: the page has it still
  }
  tell();
  return row;
}

/** Whether the phone will still have it when this page is gone. */
export const isSafe = (key) => !memory.has(key);

export async function remove(key) {
  await inStore("readwrite", (store) => store.delete(key));
  memory.delete(key);
  tell();
}

const discarded = new Set(); // keys of what a person threw away on this page

/** As `remove`, by a person who does not want it sent. */
export async function discard(key) {
  discarded.add(key);
  await remove(key);
}

/** Whether what is gone was thrown away on this page, and not sent. */
export const wasDiscarded = (key) => discarded.has(key);

/** Everything of this person, oldest first; forms nobody finished in a week are thrown away. */
export async function all(user) {
  const there = (await inStore("readonly", (store) => store.getAll())) ?? [];
  const rows = [...there.filter(({ key }) => isSafe(key)), ...memory.values()];
  const [old, kept] = [rows.filter(isForgotten), rows.filter((row) => !isForgotten(row))];
  for (const row of old) await inStore("readwrite", (store) => store.delete(row.key));
  return kept.filter((row) => row.user === user).sort((a, b) => a.at - b.at);
}

const isForgotten = (row) => row.state === "draft" && !(Date.now() - row.at < LIFETIME);

/** What this person began or finished for one job and the city does not have yet. */
export async function ofJob(reference, user) {
  return (await all(user)).findLast((row) => row.reference === reference);
}

export const isToSend = (row) => TO_SEND.includes(row.state);

/** Calls `act` after each change, also one that another tab made. */
export function watch(act) {
  listeners.add(act);
}

function tell() {
  channel?.postMessage("changed");
  for (const act of listeners) act();
}

channel?.addEventListener("message", () => {
  for (const act of listeners) act();
});
