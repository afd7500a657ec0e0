// Replacements for browser APIs that Node does not have and that the tested scripts use.

/** Return a database like those of static/js/outbox/database.js. Its transactions run one after another,
    and results arrive asynchronously. If `isDenied`, nothing is stored. */
export function database({ isDenied = false } = {}) {
  const store = { keyPath: "id", rows: new Map() };
  let last = Promise.resolve();
  const inStore = (_store, _mode, act) => {
    if (isDenied) return Promise.resolve(undefined);
    last = last.then(
      () =>
        new Promise((resolve) => {
          const transaction = begin(store);
          const answer = act(transaction.objectStore());
          transaction.oncomplete = () => resolve(answer.result);
        }),
    );
    return last;
  };
  return Object.assign(inStore, { rows: store.rows });
}

/** Return an `indexedDB` for static/js/outbox/database.js as `open`, and the opened database as `db`. */
export function databases() {
  const stores = new Map();
  const db = {
    objectStoreNames: { contains: (name) => stores.has(name) },
    createObjectStore: (name, { keyPath }) => stores.set(name, { keyPath, rows: new Map(), last: 0 }),
    transaction: (name) => begin(stores.get(name)),
  };
  const open = () => {
    const request = { result: db };
    setImmediate(() => {
      request.onupgradeneeded();
      request.onsuccess();
    });
    return request;
  };
  return { open, db };
}

/** Return a transaction of one store, which completes once all its requests have results. */
function begin(store) {
  const requests = [];
  const request = (find) => {
    const asked = { find, result: undefined, onsuccess: null };
    requests.push(asked);
    return asked;
  };
  const put = (row, key = store.keyPath ? row[store.keyPath] : (store.last += 1)) => {
    const copy = structuredClone(row); // later changes to `row` must not be stored
    return request(() => (store.rows.set(key, copy), key));
  };
  const rows = {
    put,
    add: put,
    get: (key) => request(() => structuredClone(store.rows.get(key))),
    getAll: () => request(() => structuredClone([...store.rows.values()])),
    getAllKeys: () => request(() => [...store.rows.keys()]),
    count: () => request(() => store.rows.size),
    delete: (key) => request(() => void store.rows.delete(key)),
  };
  const transaction = { objectStore: () => rows, oncomplete: null };
  answer(requests).then(() => transaction.oncomplete());
  return transaction;
}

async function answer(requests) {
  await tick();
  for (const asked of requests) {
    await tick(); // a callback may add requests
    asked.result = asked.find();
    asked.onsuccess?.();
  }
}

/** Resolves in the next turn of the event loop. */
export const tick = () => new Promise((resume) => setImmediate(resume));

/** Return a `navigator.locks`: a request for a held lock waits until the lock is free. */
function locks() {
  const held = new Map();
  return {
    request(name, act) {
      const mine = (held.get(name) ?? Promise.resolve()).then(act);
      held.set(
        name,
        mine.catch(() => null),
      );
      return mine;
    },
  };
}

/** Define `document` and other globals of a page. Returns `put`, which defines a global, and `send`,
    which dispatches an event. */
export function page() {
  const heard = new EventTarget();
  const put = (name, value) =>
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  put("navigator", { locks: locks(), onLine: true });
  put("document", {
    documentElement: { lang: "en" },
    hidden: false,
    addEventListener: (...about) => heard.addEventListener(...about),
  });
  put("addEventListener", (...about) => heard.addEventListener(...about));
  put("BroadcastChannel", undefined); // there are no other tabs
  const send = (name, values) => heard.dispatchEvent(Object.assign(new Event(name), values));
  return { put, send };
}
