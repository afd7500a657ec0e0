/* The phone's position: nearest first, distances, and navigation in the phone's map application. The phone
   asks for the position only after a tap; the position is sent to the server in a form, never in a URL. */

import { measureMetres, formatDistance } from "../lib/distance.js";
import { on } from "../lib/dom.js";
import { locate, mayLocate } from "../lib/locate.js";

const MOVED = 300; // metres
const words = document.querySelector("form[data-place-words]");

const readPlace = (/** @type {HTMLElement} */ { dataset }) => ({
  lat: Number(dataset.lat),
  lng: Number(dataset.lng),
});

function showDistances(/** @type {Place} */ here) {
  for (const place of document.querySelectorAll("[data-lat]")) {
    const shown = place.querySelector("[data-distance]");
    if (!shown || !place.dataset.lat) continue;
    shown.querySelector("b").textContent = formatDistance(measureMetres(here, readPlace(place)));
    shown.hidden = false;
  }
}

function showWords(/** @type {string} */ text) {
  const says = document.querySelector("[data-place-says]");
  if (says) says.textContent = text;
}

/* Send the phone's position. Resolves to whether the server knows it; if not, a message was shown. */
async function sendLocation() {
  showWords(words.dataset.looking);
  const here = await locate();
  if (here.reason) {
    showWords(words.dataset[here.reason]);
    return false;
  }
  const body = new FormData(words);
  body.set("latitude", here.lat.toFixed(6));
  body.set("longitude", here.lng.toFixed(6));
  body.set("accuracy", String(Math.round(here.accuracy)));
  try {
    const answer = await fetch(words.action, { method: "POST", body });
    if (answer.status === 204) return true;
    showWords(answer.status === 422 ? await answer.text() : words.dataset.unsaved);
  } catch {
    showWords(words.dataset.unsaved);
  }
  return false;
}

async function openNearest(/** @type {HTMLAnchorElement} */ link, /** @type {Event} */ event) {
  if (link.dataset.near === "kept") return; // sent on this visit already; follow the link
  event.preventDefault();
  if (await sendLocation()) location.assign(link.href);
}

/* Sort the list from the phone's position. Submit the form even if there is no position. */
async function sortFromHere(/** @type {HTMLFormElement} */ form, /** @type {Event} */ event) {
  event.preventDefault();
  await sendLocation();
  form.submit();
}

/* Link to the map application of an Android phone, iPhone or iPad. */
function navigateNatively(/** @type {HTMLAnchorElement} */ link) {
  const place = link.dataset.navigate;
  if (/Android/.test(navigator.userAgent)) link.href = `geo:${place}?q=${place}`;
  else if (/iPhone|iPad/.test(navigator.userAgent)) link.href = `maps://?daddr=${place}`;
  else return;
  link.removeAttribute("target");
}

/* Show a warning if the list is sorted from a place that the person has left since. */
function warnIfMoved(/** @type {Place} */ here) {
  const says = document.querySelector("[data-place-says][data-lat]");
  const note = says?.querySelector("[data-doubt]");
  if (note && measureMetres(here, readPlace(says)) > MOVED) note.textContent = words.dataset.moved;
}

async function showFromHere() {
  document.querySelectorAll("a[data-navigate]").forEach(navigateNatively);
  if (!document.querySelector("[data-distance]")) return;
  if (!(await mayLocate())) return; // never ask before a tap
  const here = await locate();
  if (here.reason) return;
  showDistances(here);
  warnIfMoved(here);
}

on("click", "a[data-near]", openNearest);
on("submit", "form[data-sort]", sortFromHere);
document.addEventListener("crew:drawn", showFromHere);
showFromHere();
