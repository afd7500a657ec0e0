// Drafts: what a person typed and has not sent, as [name, value] pairs under one name each, in a store of the
// browser (storage.js). All drafts of one purpose share a prefix of their names.

export class DraftStore {
  #store;
  #prefix;

  constructor(/** @type {typeof import("./storage.js").device} */ store, /** @type {string} */ prefix) {
    this.#store = store;
    this.#prefix = prefix;
  }

  /** Return the pairs stored under `name`, or null.
      @returns {Pair[] | null} */
  read(/** @type {string} */ name) {
    return JSON.parse(this.#store.get(this.#prefix + name))?.values ?? null;
  }

  write(/** @type {string} */ name, /** @type {Pair[]} */ values) {
    this.#store.set(this.#prefix + name, JSON.stringify({ at: Date.now(), values }));
  }

  /** Delete the drafts whose names match `isMeant`. */
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
