// What this browser keeps for the site. A browser may refuse, or have no room: then what was written is
// there as long as the page is, and nothing else stops.

class Store {
  #name;
  #memory = new Map(); // what the browser did not take

  constructor(/** @type {"localStorage" | "sessionStorage"} */ name) {
    this.#name = name;
  }

  /** Return the text under `key`, or null.
      @returns {string | null} */
  get(/** @type {string} */ key) {
    return this.#memory.get(key) ?? attempt(() => globalThis[this.#name].getItem(key)) ?? null;
  }

  /** Write a text; return whether the browser keeps it.
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

  /** Whether the browser keeps anything, so that a page may promise it. */
  isKept() {
    const isKept = this.set("probe", "");
    this.remove("probe");
    return isKept;
  }
}

/** Return what `act` returns; undefined where the browser refuses.
    @type {<T>(act: () => T) => T | undefined} */
function attempt(act) {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    return undefined;
  }
}

/** Kept on this device, for every tab. */
export const device = new Store("localStorage");

/** Kept as long as this tab is open, through reloads. */
export const tab = new Store("sessionStorage");
