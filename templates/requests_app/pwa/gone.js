// This site is not kept on phones (any more). What earlier workers kept goes, and so does this one;
// reports that wait stay in the browser's database, and the pages send them.
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(leave()));

async function leave() {
  for (const name of await caches.keys()) await caches.delete(name);
  await self.registration.unregister();
}
