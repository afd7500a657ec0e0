// Stands in for what a browser has and Node has not, as far as the scripts under test ask for it.

/** A database like those of static/js/outbox/database.js: transactions of a store follow one another, and
    what a request found is there a moment later. Where `isDenied`, nothing can be kept. */
export function database({ isDenied = false } = {}) {
  const rows = new Map();
  let last = Promise.resolve();
  const inStore = (_store, _mode, act) => {
    if (isDenied) return Promise.resolve(undefined);
    last = last.then(() => transaction(rows, act));
    return last;
  };
  return Object.assign(inStore, { rows });
}

async function transaction(rows, act) {
  const requests = [];
  const request = (find) => {
    const asked = { find, result: undefined, onsuccess: null };
    requests.push(asked);
    return asked;
  };
  const answer = act({
    get: (key) => request(() => structuredClone(rows.get(key))),
    getAll: () => request(() => structuredClone([...rows.values()])),
    delete: (key) => request(() => void rows.delete(key)),
    put: (row) => {
      const copy = structuredClone(row); // as it is now
      return request(() => (rows.set(copy.id, copy), copy.id));
    },
  });
  for (const asked of requests) {
    await tick(); // it may bring more of them
    asked.result = asked.find();
    asked.onsuccess?.();
  }
  return answer.result;
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
