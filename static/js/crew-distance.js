/* How far it is between two places, {lat, lng} in degrees each, and how a crew says it. */

const METRES_PER_MILE = 1609.344;
const FEET_PER_METRE = 3.28084;
const EARTH = 6371008.8; // metres, mean radius

export function metres(a, b) {
  const rad = (degrees) => (degrees * Math.PI) / 180;
  const half =
    Math.sin(rad(b.lat - a.lat) / 2) ** 2 +
    Math.cos(rad(a.lat)) * Math.cos(rad(b.lat)) * Math.sin(rad(b.lng - a.lng) / 2) ** 2;
  return 2 * EARTH * Math.asin(Math.sqrt(half));
}

export function said(far) {
  if (!document.documentElement.lang.startsWith("en")) return saidMetric(far);
  if (far < METRES_PER_MILE / 10) return `${Math.round((far * FEET_PER_METRE) / 10) * 10} ft`;
  return `${(far / METRES_PER_MILE).toFixed(1)} mi`;
}

function saidMetric(far) {
  return far < 1000 ? `${Math.round(far / 5) * 5} m` : `${(far / 1000).toFixed(1)} km`;
}
