// What the city calls a point.

import { fetchJson } from "./api.js";

/** Resolves to the words of a point, whether it lies in the city, and its zone; to null where no answer came, or
    `signal` called the question off.
    @type {(address: string, point: Place, signal?: AbortSignal) => Promise<PlaceWords | null>} */
export async function fetchPlaceWords(address, { lat, lng }, signal) {
  const asked = new URL(address, location.href);
  asked.searchParams.set("lat", lat.toFixed(6));
  asked.searchParams.set("lng", lng.toFixed(6));
  const found = await fetchJson(asked, { signal });
  return found.status === 200 ? found : null;
}
