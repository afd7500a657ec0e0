/* The distance between two places, {lat, lng} in degrees each, and its text in the units of the city. */

import { locale } from "./locale.js";

const METRES_PER_MILE = 1609.344;
const FEET_PER_METRE = 3.28084;
const EARTH = 6371008.8; // metres, mean radius

export function measureMetres(/** @type {Place} */ a, /** @type {Place} */ b) {
  const rad = (/** @type {number} */ degrees) => (degrees * Math.PI) / 180;
  const half =
    Math.sin(rad(b.lat - a.lat) / 2) ** 2 +
    Math.cos(rad(a.lat)) * Math.cos(rad(b.lat)) * Math.sin(rad(b.lng - a.lng) / 2) ** 2;
  return 2 * EARTH * Math.asin(Math.sqrt(half));
}

/** Format metres as "300 ft", "0.4 mi" or "1 mi", or as "35 m" or "1.2 km" in a metric city. With "long" as
    `display`, return "300 feet". */
export function formatDistance(/** @type {number} */ far, /** @type {"short" | "long"} */ display = "short") {
  const page = document.documentElement;
  const [unit, n, digits] = page.dataset.units === "feet" ? roundToFeet(far) : roundToMetres(far);
  return new Intl.NumberFormat(locale(), {
    style: "unit",
    unit,
    unitDisplay: display,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(n);
}

/** @returns {[string, number, number]} */
function roundToFeet(/** @type {number} */ far) {
  if (far >= METRES_PER_MILE / 10) return roundLarge("mile", far / METRES_PER_MILE);
  return ["foot", Math.round((far * FEET_PER_METRE) / 10) * 10, 0];
}

/** @returns {[string, number, number]} */
function roundToMetres(/** @type {number} */ far) {
  return far < 1000 ? ["meter", Math.round(far / 5) * 5, 0] : roundLarge("kilometer", far / 1000);
}

/** @type {(unit: string, n: number) => [string, number, number]} the unit, the number and its digits behind
    the point */
const roundLarge = (unit, n) => [unit, n, n < 100 && Math.round(n * 10) % 10 ? 1 : 0];
