// Pages that a phone keeps for one person or device, each with the moment when it was kept. They are theirs
// alone: a page for another one throws all of them away.

export class PageCache {
  #prefix;

  /** @param {string} prefix of the cache's name; the owner follows */
  constructor(prefix) {
    this.#prefix = prefix;
  }

  /** Delete what is kept, but for what `owner` has. */
  async clear(owner = "") {
    for (const name of await this.#names()) if (name !== this.#prefix + owner) await caches.delete(name);
  }

  /** Open the cache that there is; nothing where nobody has one. */
  async open() {
    const [name] = await this.#names();
    return name && caches.open(name);
  }

  /** Keep the answer for `address`, the owner's now; resolves to its text.
      @type {(owner: string, address: string, response: Response) => Promise<string>} */
  async put(owner, address, response) {
    await this.clear(owner);
    const cache = await caches.open(this.#prefix + owner);
    const headers = new Headers(response.headers);
    headers.set("Kept-At", new Date().toISOString());
    const html = await response.text();
    await cache.put(address, new Response(html, { headers }));
    return html;
  }

  /** Return what is kept for an address or request; nothing where it is not. */
  async match(/** @type {RequestInfo} */ asked) {
    return (await this.open())?.match(asked, { ignoreVary: true });
  }

  async #names() {
    const names = (await globalThis.caches?.keys()) ?? []; // none without https
    return names.filter((name) => name.startsWith(this.#prefix));
  }
}
