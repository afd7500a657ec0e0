// Pages that a phone caches for one person or device, each with the time of caching. The cache has one owner:
// caching a page for another owner deletes all earlier pages.

export class PageCache {
  #prefix;

  /** @param {string} prefix the start of the cache's name; the owner follows */
  constructor(prefix) {
    this.#prefix = prefix;
  }

  /** Delete all caches except that of `owner`. */
  async clear(owner = "") {
    for (const name of await this.#names()) if (name !== this.#prefix + owner) await caches.delete(name);
  }

  /** Open the existing cache; resolves to undefined if there is none. */
  async open() {
    const [name] = await this.#names();
    return name && caches.open(name);
  }

  /** Cache the response for `address` and make `owner` the owner of the cache; resolves to the text of the
      response.
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

  /** Return the cached response for a URL or request; undefined if it is not cached. */
  async match(/** @type {RequestInfo} */ asked) {
    return (await this.open())?.match(asked, { ignoreVary: true });
  }

  async #names() {
    const names = (await globalThis.caches?.keys()) ?? []; // none without HTTPS
    return names.filter((name) => name.startsWith(this.#prefix));
  }
}
