// What somebody typed and has not sent, as [name, value] pairs under a name each, in a store of the browser
// (storage.js). All that is kept for one purpose has the same beginning of its name.

export class DraftStore {
  #store;
  #prefix;

  constructor(/** @type {typeof import("./storage.js").device} */ store, /** @type {string} */ prefix) {
    this.#store = store;
    this.#prefix = prefix;
  }

  /** Return the pairs that are kept under `name`, or null.
      @returns {Pair[] | null} */
  read(/** @type {string} */ name) {
    return JSON.parse(this.#store.get(this.#prefix + name))?.values ?? null;
  }

  write(/** @type {string} */ name, /** @type {Pair[]} */ values) {
    this.#store.set(this.#prefix + name, JSON.stringify({ at: Date.now(), values }));
  }

  /** Forget what is kept under the names that are meant. */
  forget(/** @type {(name: string) => boolean} */ isMeant) {
    for (const name of this.#names()) if (isMeant(name)) this.#store.remove(this.#prefix + name);
  }

  forgetOlder(/** @type {number} */ lifetime) {
    this.forget((name) => !(Date.now() - JSON.parse(this.#store.get(this.#prefix + name)).at < lifetime));
  }

  #names() {
    const ours = this.#store.keys().filter((key) => key.startsWith(this.#prefix));
    return ours.map((key) => key.slice(this.#prefix.length));
  }
}
