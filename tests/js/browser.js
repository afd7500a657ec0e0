// Stands in for what a browser has and Node has not, as far as the scripts under test ask for it.

/** A database like those of static/js/outbox/database.js: transactions of a store follow one another, and
    what a request found is there a moment later. Where `isDenied`, nothing can be kept. */
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

/** The databases of a browser, as static/js/outbox/database.js opens them; `db` is what it gets. */
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

/** A transaction of one store, which is complete once its requests were answered. */
function begin(store) {
  const requests = [];
  const request = (find) => {
    const asked = { find, result: undefined, onsuccess: null };
    requests.push(asked);
    return asked;
  };
  const put = (row, key = store.keyPath ? row[store.keyPath] : (store.last += 1)) => {
    const copy = structuredClone(row); // as it is now
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
    await tick(); // it may bring more of them
    asked.result = asked.find();
    asked.onsuccess?.();
  }
}

/** Resolves when what waits for a moment has gone on. */
export const tick = () => new Promise((resume) => setImmediate(resume));

/** Locks as a browser's: who wants one that is taken waits for it. */
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

/** Gives the scripts a page, whose events `send(name, values)` tells them. */
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
  put("BroadcastChannel", undefined); // one page alone
  const send = (name, values) => heard.dispatchEvent(Object.assign(new Event(name), values));
  return { put, send };
}
