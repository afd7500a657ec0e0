/* Where the phone is, or a word for why it does not say. */

const EXACT = { enableHighAccuracy: true, timeout: 12_000, maximumAge: 30_000 };
const REASONS = { 1: "denied", 2: "unavailable", 3: "timeout" };

/** Resolves to `{lat, lng, accuracy}` (degrees, metres) or `{reason}`: denied, unavailable, timeout. */
export function locate() {
  return new Promise((resolve) => {
    if (!navigator.geolocation) {
      resolve({ reason: "unavailable" });
      return;
    }
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve({ lat: coords.latitude, lng: coords.longitude, accuracy: coords.accuracy }),
      (error) => resolve({ reason: REASONS[error.code] ?? "unavailable" }),
      EXACT,
    );
  });
}
