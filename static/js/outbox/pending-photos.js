// Photos that the server does not have yet, stored by the browser, so that a reload, or a phone that unloads
// the page to open the camera, loses none. If there is no database, they exist as long as the page.

import { inReport } from "./database.js";

const ARRIVED = "arrived"; // suffix of a draft's URL, for photos that are not sent
const LIFETIME = 7 * 24 * 3600 * 1000;

/** Store `file` for the draft until `forget`; resolves to its key, or to undefined if it cannot be stored.
    `draft` is the URL to which its photos are sent.
    @returns {Promise<IDBValidKey | undefined>} */
export function keepPhoto(/** @type {string} */ draft, /** @type {File} */ file) {
  return inReport("photos", "readwrite", (store) => store.add({ draft, file, at: Date.now() }));
}

/** Delete the photo with this key, if there is one. */
export async function forgetPhoto(/** @type {IDBValidKey} */ key) {
  if (key !== undefined) await inReport("photos", "readwrite", (store) => store.delete(key));
}

/** Keep the photo only for display on the offline form, with its `id` on the server. */
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

/** Return the photos of the draft that the server has, as [key, file, id] each. */
export const findArrived = (/** @type {string} */ draft) => findPhotos(`${draft}${ARRIVED}`);

/** Delete the draft's photos that are kept only for display; with `id` only that photo.
    @type {(draft: string, id?: string) => Promise<void>} */
export async function forgetArrived(draft, id) {
  for (const [key, , each] of await findArrived(draft)) if (!id || id === each) await forgetPhoto(key);
}

/** Return the photos stored for the draft, as [key, file] each; delete photos that are too old. */
export const findWaiting = (/** @type {string} */ draft) => findPhotos(draft);

/** @returns {Promise<[IDBValidKey, File, string?][]>} */
async function findPhotos(/** @type {string} */ draft) {
  /** @type {IDBRequest<IDBValidKey[]>} */
  let keys; // in one transaction with their rows: a deletion in between would pair them wrongly
  /** @type {PendingPhoto[]} */
  const rows = await inReport("photos", "readonly", (store) => {
    keys = store.getAllKeys();
    return store.getAll();
  });
  const pairs = Array.from(rows ?? [], (row, n) => ({ ...row, key: keys.result[n] }));
  for (const { key, at } of pairs) if (!(Date.now() - at < LIFETIME)) await forgetPhoto(key);
  return pairs.filter((row) => row.draft === draft).map(({ key, file, id }) => [key, file, id]);
}
