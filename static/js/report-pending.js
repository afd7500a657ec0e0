// Photos that the city does not have yet, kept by the browser itself: a reload, or a phone that
// throws the page away to open the camera, loses none. Where there is no such store they live as
// long as the page.

import { inStore } from "./report-store.js";

const LIFETIME = 7 * 24 * 3600 * 1000;

/** Keep `file` for the draft until `forget`; resolves to its key, or undefined where it cannot.
    `draft` is the address to which its photos are sent. */
export function keep(draft, file) {
  return inStore("photos", "readwrite", (store) => store.add({ draft, file, at: Date.now() }));
}

export async function forget(key) {
  if (key !== undefined) await inStore("photos", "readwrite", (store) => store.delete(key));
}

/** What was kept for the draft, as [key, file] pairs; what is too old is thrown away. */
export async function waiting(draft) {
  let keys; // in one transaction with their rows: what goes away between two would pair them wrongly
  const rows = await inStore("photos", "readonly", (store) => {
    keys = store.getAllKeys();
    return store.getAll();
  });
  const pairs = (rows ?? []).map((row, index) => [keys.result[index], row]);
  for (const [key, row] of pairs) if (!(Date.now() - row.at < LIFETIME)) await forget(key);
  return pairs.filter(([, row]) => row.draft === draft).map(([key, row]) => [key, row.file]);
}
