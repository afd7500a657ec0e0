// Storage of this browser for the site. If a browser refuses or has no space, values are kept as long as the
// page is open, and nothing else fails.

class Store {
  #name;
  #memory = new Map(); // values that the browser did not store

  constructor(/** @type {"localStorage" | "sessionStorage"} */ name) {
    this.#name = name;
  }

  /** Return the text under `key`, or null.
      @returns {string | null} */
  get(/** @type {string} */ key) {
    return this.#memory.get(key) ?? attempt(() => globalThis[this.#name].getItem(key)) ?? null;
  }

  /** Store a text; return whether the browser stored it.
      @returns {boolean} */
  set(/** @type {string} */ key, /** @type {string} */ value) {
    const isKept = attempt(() => Boolean(globalThis[this.#name].setItem(key, value) ?? true)) ?? false;
    if (isKept) this.#memory.delete(key);
    else this.#memory.set(key, value);
    return isKept;
  }

  remove(/** @type {string} */ key) {
    this.#memory.delete(key);
    attempt(() => globalThis[this.#name].removeItem(key));
  }

  keys() {
    const kept = attempt(() => Object.keys(globalThis[this.#name])) ?? [];
    return [...new Set([...kept, ...this.#memory.keys()])];
  }

  /** Return whether the browser stores anything, so that a page may promise it. */
  isKept() {
    const isKept = this.set("probe", "");
    this.remove("probe");
    return isKept;
  }
}

/** Return the result of `act`; undefined if the browser refuses.
    @type {<T>(act: () => T) => T | undefined} */
function attempt(act) {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    return undefined;
  }
}

/** Storage on this device, for every tab. */
export const device = new Store("localStorage");

/** Storage for as long as this tab is open, through reloads. */
export const tab = new Store("sessionStorage");
