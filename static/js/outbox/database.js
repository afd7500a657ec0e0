// The databases on the phone. Pages and the service worker use them at the same time. If a browser has no
// database or denies it, every operation resolves to undefined.

/** A resident's reports: photos in transit, and whole reports that wait for the network. */
export const inReport = database("report", 2, {
  photos: { autoIncrement: true },
  reports: { keyPath: "id" },
});

export const inCrew = database("crew", 1, { completions: { keyPath: "key" } });

/** Call `act` as soon as `store` has a row, also one stored by another tab, and again at each change.
    @type {(inStore: InStore, store: string, act: () => void) => Promise<void>} */
export async function callWhenAny(inStore, store, act) {
  if (globalThis.BroadcastChannel) new BroadcastChannel(store).addEventListener("message", act);
  if (await inStore(store, "readonly", (rows) => rows.count())) act();
}

/** Return inStore(store, mode, act), which opens the database at the first call. It resolves to the `result`
    of what `act(store)` returns (a request, or an object with a `result`), and to undefined if nothing can be
    stored.
    @type {(name: string, version: number, stores: Record<string, IDBObjectStoreParameters>) => InStore} */
function database(name, version, stores) {
  let opened = /** @type {Promise<IDBDatabase | null> | null} */ (null);

  function open() {
    opened ??= new Promise((resolve) => {
      const request = requestOpening(name, version);
      if (!request) return resolve(null);
      request.onupgradeneeded = () => {
        const db = request.result;
        for (const [store, options] of Object.entries(stores)) {
          if (!db.objectStoreNames.contains(store)) db.createObjectStore(store, options);
        }
      };
      request.onsuccess = () => {
        const db = request.result;
        db.onversionchange = () => {
          db.close(); // a newer page needs another schema
          forget();
        };
        db.onclose = forget; // closed by the browser: site data was cleared
        resolve(db);
      };
      request.onerror = () => resolve(null); // denied, or no space
    });
    return opened;
  }

  function forget() {
    opened = null;
  }

  /** @type {(store: string, mode: IDBTransactionMode, act: ActInStore, isOpenedAnew?: boolean) => Promise<any>} */
  async function inStore(store, mode, act, isOpenedAnew = false) {
    const db = await open();
    if (!db) return undefined;
    try {
      return await runTransaction(db.transaction(store, mode), store, act);
    } catch (error) {
      if (isOpenedAnew || error.name !== "InvalidStateError") throw error;
      forget(); // it was closed without an event
      return inStore(store, mode, act, true);
    }
  }

  return inStore;
}

/* Return the request that opens a database; null if the browser has none, or denies it. */
function requestOpening(/** @type {string} */ name, /** @type {number} */ version) {
  try {
    return globalThis.indexedDB?.open(name, version) ?? null;
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    return null;
  }
}

/** @type {(transaction: IDBTransaction, store: string, act: ActInStore) => Promise<any>} */
function runTransaction(transaction, store, act) {
  return new Promise((resolve) => {
    const request = act(transaction.objectStore(store));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = () => resolve(undefined); // no space: same result as without a database
  });
}
