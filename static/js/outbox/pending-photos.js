// Photos that the city does not have yet, kept by the browser itself: a reload, or a phone that
// throws the page away to open the camera, loses none. Where there is no such store they live as
// long as the page.

import { inReport } from "./database.js";

const ARRIVED = "arrived"; // after the address of a draft: nothing is sent there
const LIFETIME = 7 * 24 * 3600 * 1000;

/** Keep `file` for the draft until `forget`; resolves to its key, or undefined where it cannot.
    `draft` is the address to which its photos are sent.
    @returns {Promise<IDBValidKey | undefined>} */
export function keepPhoto(/** @type {string} */ draft, /** @type {File} */ file) {
  return inReport("photos", "readwrite", (store) => store.add({ draft, file, at: Date.now() }));
}

/** Forget the photo with this key, where there is one. */
export async function forgetPhoto(/** @type {IDBValidKey} */ key) {
  if (key !== undefined) await inReport("photos", "readwrite", (store) => store.delete(key));
}

/** Keep the photo `id` of the city to be seen on the page without a network. */
export async function markArrived(/** @type {IDBValidKey} */ key, /** @type {string} */ id) {
  if (key === undefined) return;
  await inReport("photos", "readwrite", (store) => {
    const request = store.get(key);
    request.onsuccess = () => {
      const row = request.result;
      if (row) store.put({ ...row, draft: `${row.draft}${ARRIVED}`, id }, key);
    };
    return request;
  });
}

/** Return what the city has of the draft, as [key, file, id] of each. */
export const findArrived = (/** @type {string} */ draft) => findPhotos(`${draft}${ARRIVED}`);

/** Forget what is kept of the draft only to be seen; with `id` that photo alone.
    @type {(draft: string, id?: string) => Promise<void>} */
export async function forgetArrived(draft, id) {
  for (const [key, , each] of await findArrived(draft)) if (!id || id === each) await forgetPhoto(key);
}

/** Return what was kept for the draft, as [key, file] of each; throw away what is too old. */
export const findWaiting = (/** @type {string} */ draft) => findPhotos(draft);

/** @returns {Promise<[IDBValidKey, File, string?][]>} */
async function findPhotos(/** @type {string} */ draft) {
  /** @type {IDBRequest<IDBValidKey[]>} */
  let keys; // in one transaction with their rows: what goes away between two would pair them wrongly
  /** @type {PendingPhoto[]} */
  const rows = await inReport("photos", "readonly", (store) => {
    keys = store.getAllKeys();
    return store.getAll();
  });
  const pairs = Array.from(rows ?? [], (row, n) => ({ ...row, key: keys.result[n] }));
  for (const { key, at } of pairs) if (!(Date.now() - at < LIFETIME)) await forgetPhoto(key);
  return pairs.filter((row) => row.draft === draft).map(({ key, file, id }) => [key, file, id]);
}
