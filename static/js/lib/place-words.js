// What the city calls a point.

/** Resolves to the words of a point, whether it lies in the city, and its zone; to null where no answer came,
    or `signal` called the question off.
    @type {(address: string, point: Place, signal?: AbortSignal) => Promise<PlaceWords | null>} */
export async function fetchPlaceWords(address, { lat, lng }, signal) {
  const asked = new URL(address, location.href);
  asked.searchParams.set("lat", lat.toFixed(6));
  asked.searchParams.set("lng", lng.toFixed(6));
  try {
    const response = await fetch(asked, { signal });
    return response.ok ? await response.json() : null;
  } catch (error) {
    if (!["AbortError", "TypeError"].includes(error.name)) throw error; // no network: no words yet
    return null;
  }
}
