// What somebody typed and has not sent, as [name, value] pairs under a name each, in a store of the browser
// (storage.js). All that is kept for one purpose has the same beginning of its name.

export class DraftStore {
  #store;
  #prefix;

  /** @param {typeof import("./storage.js").device} store
      @param {string} prefix */
  constructor(store, prefix) {
    this.#store = store;
    this.#prefix = prefix;
  }

  /** The pairs that are kept under `name`, or null.
      @param {string} name
      @returns {Pair[] | null} */
  read(name) {
    return JSON.parse(this.#store.get(this.#prefix + name))?.values ?? null;
  }

  /** Keep `values` in the place of those of before.
      @param {string} name
      @param {Pair[]} values */
  write(name, values) {
    this.#store.set(this.#prefix + name, JSON.stringify({ at: Date.now(), values }));
  }

  /** Forget what is kept under the names that are meant.
      @param {(name: string) => boolean} isMeant */
  forget(isMeant) {
    for (const name of this.#names()) if (isMeant(name)) this.#store.remove(this.#prefix + name);
  }

  /** Forget what was kept longer than `lifetime` (ms) ago.
      @param {number} lifetime */
  forgetOlder(lifetime) {
    this.forget((name) => !(Date.now() - JSON.parse(this.#store.get(this.#prefix + name)).at < lifetime));
  }

  #names() {
    const ours = this.#store.keys().filter((key) => key.startsWith(this.#prefix));
    return ours.map((key) => key.slice(this.#prefix.length));
  }
}
