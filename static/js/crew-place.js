/* Where the phone is: distances, the nearest first, and the phone's own way of navigating. The
   position stays on the phone until "Nearest" is tapped. */

const METRES_PER_MILE = 1609.344;
const EARTH = 6371008.8;
const QUICK = { maximumAge: 120_000, timeout: 10_000, enableHighAccuracy: false };

function metres(a, b) {
  const rad = (degrees) => (degrees * Math.PI) / 180;
  const half =
    Math.sin(rad(b.lat - a.lat) / 2) ** 2 +
    Math.cos(rad(a.lat)) * Math.cos(rad(b.lat)) * Math.sin(rad(b.lng - a.lng) / 2) ** 2;
  return 2 * EARTH * Math.asin(Math.sqrt(half));
}

function said(far) {
  if (far < METRES_PER_MILE / 10) return `${Math.round((far * 3.28084) / 10) * 10} ft`;
  return `${(far / METRES_PER_MILE).toFixed(1)} mi`;
}

function showDistances(here) {
  for (const place of document.querySelectorAll("[data-lat]")) {
    const shown = place.querySelector("[data-distance]");
    if (!shown || !place.dataset.lat) continue;
    const there = { lat: Number(place.dataset.lat), lng: Number(place.dataset.lng) };
    shown.querySelector("b").textContent = said(metres(here, there));
    shown.hidden = false;
  }
}

function position() {
  return new Promise((found, denied) => {
    if (!navigator.geolocation) denied(new Error("no geolocation"));
    else navigator.geolocation.getCurrentPosition(({ coords }) => {
      found({ lat: coords.latitude, lng: coords.longitude });
    }, denied, QUICK);
  });
}

async function nearest(event) {
  event.preventDefault();
  const link = event.currentTarget;
  const says = document.querySelector("[data-place-says]");
  says.textContent = link.dataset.near;
  try {
    const here = await position();
    const address = new URL(link.href);
    address.searchParams.set("lat", here.lat.toFixed(4)); // about 10 m, and no closer
    address.searchParams.set("lng", here.lng.toFixed(4));
    location.assign(address);
  } catch {
    says.textContent = link.dataset.denied;
  }
}

/* A phone's own map application, where it can be named; elsewhere the link stays as it is. */
function navigateNatively(link) {
  const place = link.dataset.navigate;
  if (/Android/.test(navigator.userAgent)) link.href = `geo:${place}?q=${place}`;
  else if (/iPhone|iPad/.test(navigator.userAgent)) link.href = `maps://?daddr=${place}`;
  else return;
  link.removeAttribute("target");
}

async function start() {
  document.querySelector("[data-near]")?.addEventListener("click", nearest);
  document.querySelectorAll("[data-navigate]").forEach(navigateNatively);
  const permission = await navigator.permissions?.query({ name: "geolocation" });
  if (permission?.state !== "granted") return; // never ask before somebody taps
  try {
    showDistances(await position());
  } catch {
    // Without a position there is no distance to show.
  }
}

if (document.querySelector("[data-lat], [data-near]")) start();
