// Photos that the city does not have yet, kept by the browser itself: a reload, or a phone that
// throws the page away to open the camera, loses none. Where there is no such store they live as
// long as the page.

const LIFETIME = 7 * 24 * 3600 * 1000;

let opened = null;

function database() {
  opened ??= new Promise((resolve) => {
    if (!globalThis.indexedDB) {
      resolve(null);
      return;
    }
    const request = indexedDB.open("report", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("photos", { autoIncrement: true });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => resolve(null); // forbidden, or no room
  });
  return opened;
}

async function inStore(mode, act) {
  const db = await database();
  if (!db) return undefined;
  return new Promise((resolve) => {
    const transaction = db.transaction("photos", mode);
    const request = act(transaction.objectStore("photos"));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = () => resolve(undefined); // no room: as without a store
  });
}

/** Keep `file` for the draft until `forget`; resolves to its key, or undefined where it cannot. */
export function keep(draft, file) {
  return inStore("readwrite", (store) => store.add({ draft, file, at: Date.now() }));
}

export async function forget(key) {
  if (key !== undefined) await inStore("readwrite", (store) => store.delete(key));
}

/** What was kept for the draft, as [key, file] pairs; what is too old is thrown away. */
export async function waiting(draft) {
  const keys = (await inStore("readonly", (store) => store.getAllKeys())) ?? [];
  const rows = (await inStore("readonly", (store) => store.getAll())) ?? [];
  const pairs = keys.map((key, index) => [key, rows[index]]);
  for (const [key, row] of pairs) if (!(Date.now() - row.at < LIFETIME)) await forget(key);
  return pairs.filter(([, row]) => row.draft === draft).map(([key, row]) => [key, row.file]);
}
