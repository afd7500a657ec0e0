// An outbox: rows in the phone's database that are sent until the server accepts or refuses them. Pages and
// the service worker send at the same time; the server recognizes a row that arrives twice by its key.
// `state` of a row is one of:
//   draft       being filled in: only its parts are sent
//   waiting     to be sent as soon as possible
//   signed-out  as waiting, but somebody must sign in first
//   sent        the server has it
// or a state that a refusal set, which needs a person.

const DAY = 24 * 3600 * 1000;
const AWAY = [0, 429, 503]; // statuses of a server that accepts no requests at the moment

/** Return whether a row is to be sent as soon as possible. */
export const isToSend = (/** @type {{state: string}} */ { state }) =>
  ["waiting", "signed-out"].includes(state);

/** Return an outbox for one kind of row; see reports.js and completions.js.
    @template {Row} R
    @param {OutboxOptions<R>} options
    @returns {Outbox<R>} */
export function createOutbox({ database, store, lifetime, endpoints, fields, parts, afterRefusal }) {
  const { name, key, memory } = store;
  const inStore = (/** @type {IDBTransactionMode} */ mode, /** @type {ActInStore} */ act) =>
    database(name, mode, act);
  const channel = globalThis.BroadcastChannel ? new BroadcastChannel(name) : null;
  const listeners = /** @type {Set<Listener<R>>} */ (new Set());
  channel?.addEventListener("message", () => notify("changed"));

  /* Sending */

  /** @type {Outbox<R>["deliverAll"]} */
  async function deliverAll(about) {
    const waiting = async () => (await all(about)).filter(isToSend);
    if (!(await waiting()).length) return 0;
    notify("begun");
    await runAlone(name, async () => {
      for (const row of await waiting()) if (!(await deliverOne(row))) break;
    });
    const left = (await waiting()).length;
    notify(left ? "failed" : "done");
    return left;
  }

  /* Resolves to whether the server was reached: if not, the next row need not be tried. */
  async function deliverOne(/** @type {R} */ row) {
    const outcome = await deliver(keyOf(row), (n, share) => notify("progress", row, n, share));
    if (outcome.state === "sent") notify("sent", row);
    return outcome.isReached;
  }

  /** @type {Outbox<R>["deliver"]} */
  const deliver = (id, progress) => runAlone(`${name} ${id}`, () => attempt(id, progress));

  /** @type {(id: string, progress?: PartProgress, more?: Pair[]) => Promise<Outcome<R>>} */
  async function attempt(id, progress, more) {
    if (!(await get(id))) return { state: "sent", isReached: true }; // another tab was faster
    const token = await endpoints.token();
    const trouble = token === undefined ? { status: 0 } : await sendParts(id, token, progress);
    const row = await get(id); // the current row: photos may take minutes, and a person may change it
    const isReached = !AWAY.includes(trouble?.status);
    if (!row) return { state: "discarded", isReached };
    if (!trouble && !isToSend(row)) return { state: row.state, row, isReached };
    const answer = trouble ?? (await endpoints.send(row, makeForm(row, more), token));
    if (answer.receipt) return keepReceipt(id, answer.receipt);
    const next = await afterRefusal(row, answer, more !== undefined);
    if (next?.again) return attempt(id, progress, next.again);
    const page = trouble ? null : answer.page;
    return next
      ? keepRefusal(row, next, page)
      : { state: "later", row, isReached: !AWAY.includes(answer.status) };
  }

  /** Send the parts, including those added meanwhile. Resolves to a response that prevents sending the row,
      or to undefined. A refusal is reported before any other error, because the refused part is deleted from
      the phone.
      @type {(id: string, token: string, progress?: PartProgress) => Promise<Answer | undefined>} */
  async function sendParts(id, token, progress) {
    const done = new Set();
    const refusals = /** @type {string[][]} */ ([]);
    /** @type {Answer | undefined} */
    let trouble;
    while (!trouble) {
      const row = await get(id);
      const part = row && (await parts.waiting(row)).find(({ n }) => !done.has(n));
      if (!part) break;
      const answer = await endpoints.sendPart(row, part, token, (share) => progress?.(part.n, share));
      done.add(part.n);
      if (answer.isTaken) {
        await parts.taken(row, part, answer);
        progress?.(part.n, 1);
      } else if (answer.isRefused) {
        await parts.refused(row, part);
        refusals.push(answer.problems);
      } else trouble = answer;
    }
    return refusals.length ? { status: 422, problems: refusals.flat() } : trouble;
  }

  function makeForm(/** @type {R} */ row, /** @type {Pair[]} */ more = []) {
    const form = new FormData();
    for (const [field, value] of [...fields(row), ...more]) form.append(field, value);
    return form;
  }

  async function keepReceipt(/** @type {string} */ id, /** @type {{then: string}} */ receipt) {
    const isSent = (/** @type {R} */ row) =>
      Object.assign(row, receipt, { state: "sent", says: [], at: Date.now() });
    await (lifetime.sent ? update(id, isSent) : remove(id));
    return { state: "sent", then: receipt.then, isReached: true };
  }

  /** @type {(row: R, next: Partial<R>, page?: Document) => Promise<Outcome<R>>} */
  async function keepRefusal(row, next, page) {
    const now = await update(keyOf(row), (kept) => {
      Object.assign(kept, next, kept.state === "draft" && { state: "draft" });
    });
    return { state: next.state, row: now ?? row, page, isReached: true };
  }

  /* The rows on the phone */

  const keyOf = (/** @type {R} */ row) => /** @type {string} */ (row[/** @type {keyof R} */ (key)]);

  /** @type {Outbox<R>["get"]} */
  const get = async (id) => memory?.get(id) ?? (await inStore("readonly", (rows) => rows.get(id)));

  /** @type {Outbox<R>["put"]} */
  async function put(row) {
    const isStored = (await inStore("readwrite", (rows) => rows.put(row))) !== undefined;
    if (!isStored) memory?.set(keyOf(row), row);
    notifyAll();
    return isStored;
  }

  /** @type {Outbox<R>["update"]} */
  async function update(id, change, first) {
    let row = memory?.get(id);
    if (row) change(row);
    else {
      /** @type {{result: R | undefined}} */
      const changed = { result: undefined };
      const isStored = await inStore("readwrite", (rows) => {
        const request = rows.get(id);
        request.onsuccess = () => {
          row = request.result ?? first;
          if (!row) return;
          change(row);
          rows.put(row);
          changed.result = row;
        };
        return changed;
      });
      if (!isStored && first && !row) change((row = first)); // the browser has no database
      if (row && !isStored) memory?.set(id, row); // no space for a new photo: the page keeps it in memory
    }
    notifyAll();
    return row;
  }

  async function remove(/** @type {string} */ id) {
    await inStore("readwrite", (rows) => rows.delete(id));
    memory?.delete(id);
    notifyAll();
  }

  /** @type {Outbox<R>["all"]} */
  async function all(about = {}) {
    /** @type {R[]} */
    const there = (await inStore("readonly", (rows) => rows.getAll())) ?? [];
    const rows = [...there.filter((row) => !memory?.has(keyOf(row))), ...(memory?.values() ?? [])];
    for (const row of rows.filter(isOld)) await inStore("readwrite", (old) => old.delete(keyOf(row)));
    const meant = /** @type {[keyof R, unknown][]} */ (Object.entries(about));
    const isMeant = (/** @type {R} */ row) => meant.every(([field, value]) => row[field] === value);
    return rows.filter((row) => !isOld(row) && isMeant(row)).sort((a, b) => a.at - b.at);
  }

  const isOld = (/** @type {R} */ { state, at }) =>
    state in lifetime && !(Date.now() - at < lifetime[state] * DAY);

  /* Subscribers */

  /** @type {Outbox<R>["subscribe"]} */
  function subscribe(listener) {
    listeners.add(listener);
  }

  /** @type {(what: keyof Listener<R>, ...about: any[]) => void} */
  function notify(what, ...about) {
    for (const listener of listeners) /** @type {any} */ (listener)[what]?.(...about);
  }

  function notifyAll() {
    channel?.postMessage("changed");
    notify("changed");
  }

  return { put, get, update, all, remove, deliver, deliverAll, subscribe };
}

/** Run `act` under a lock. If there are no locks, the key alone prevents duplicates.
    @type {<T>(lock: string, act: () => Promise<T>) => Promise<T>} */
const runAlone = (lock, act) => (navigator.locks ? navigator.locks.request(lock, act) : act());
