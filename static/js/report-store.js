// The one database of a resident's reports on this phone: photos on their way, and whole reports
// that wait for the network. Pages and the service worker use it at the same time. Where a browser
// has none, or forbids it, every act resolves to undefined.

const STORES = { photos: { autoIncrement: true }, reports: { keyPath: "id" } };
const VERSION = 2;

let opened = null;

function database() {
  opened ??= new Promise((resolve) => {
    if (!globalThis.indexedDB) {
      resolve(null);
      return;
    }
    const request = indexedDB.open("report", VERSION);
    request.onupgradeneeded = () => {
      const db = request.result;
      for (const [name, options] of Object.entries(STORES)) {
        if (!db.objectStoreNames.contains(name)) db.createObjectStore(name, options);
      }
    };
    request.onsuccess = () => {
      request.result.onversionchange = makeWay; // a newer page needs another shape
      resolve(request.result);
    };
    request.onerror = () => resolve(null); // forbidden, or no room
  });
  return opened;
}

function makeWay(event) {
  event.target.close();
  opened = null;
}

/** What `act(store)`, a request of the store, came to; undefined where nothing can be kept. */
export async function inStore(name, mode, act) {
  const db = await database();
  if (!db) return undefined;
  return new Promise((resolve) => {
    const transaction = db.transaction(name, mode);
    const request = act(transaction.objectStore(name));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = () => resolve(undefined); // no room: as without a store
  });
}
