/* The position of the phone, or the reason why there is none. */

const EXACT = { enableHighAccuracy: true, timeout: 12_000, maximumAge: 30_000 };
/** @type {Record<number, string>} */
const REASONS = { 1: "denied", 2: "unavailable", 3: "timeout" };

/** Resolves to `{lat, lng, accuracy}` (degrees, metres) or to `{reason}`: denied, unavailable or timeout.
    @returns {Promise<Position>} */
export function locate() {
  return new Promise((resolve) => {
    const refuse = (/** @type {string} */ reason) => resolve(/** @type {Position} */ ({ reason }));
    if (!navigator.geolocation) return refuse("unavailable");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve({ lat: coords.latitude, lng: coords.longitude, accuracy: coords.accuracy }),
      (error) => refuse(REASONS[error.code] ?? "unavailable"),
      EXACT,
    );
  });
}

/** Return whether the position is available without a permission prompt. */
export async function mayLocate() {
  const permission = await navigator.permissions?.query({ name: "geolocation" });
  return permission?.state === "granted";
}
