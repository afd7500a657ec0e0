// The offline form: a whole report on one page that the phone caches, so that it can be written without a
// network. The report is stored in the phone's outbox under its key and sent to the server from there
// (outbox/reports.js).

import { watchForDanger } from "../danger/watch.js";
import { fillWords } from "../lib/template.js";
import { clearProblems, showProblems } from "../lib/error-summary.js";
import { findFields, isTick, putValue, readValues } from "../lib/form-values.js";
import "../lib/error-lines.js";
import { device } from "../lib/storage.js";
import "./alarm-in-view.js";
import { keepForm, readKnown } from "./form-drafts.js";
import { buildAddresses, keepReport, reports } from "../outbox/reports.js";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const WRITING = "report-being-written"; // on this device: the key of a report that was begun here
const PLACE = /^(\S+) (\S+) (.*)$/; // format of the value of a button in the list of places

const form = document.querySelector("form[data-offline-report]");
const box = form.querySelector("[data-map-picker]");
const query = new URLSearchParams(location.search);
const id = findKey();

/* Return the key of a report that was begun elsewhere, of one that was begun here, or a new one; put it into
   the URL. */
function findKey() {
  const asked = query.get("report");
  const begun = query.has("category") ? null : device.get(WRITING);
  const key = [asked, begun].find((each) => UUID.test(each)) ?? crypto.randomUUID();
  query.set("report", key);
  history.replaceState(null, "", `?${query}`);
  return key;
}

/* Fill in everything that is known: from the outbox, from the steps and from this page. */
async function fillForm() {
  const kept = await reports.get(id);
  if (kept?.state === "sent") location.replace(form.dataset.then);
  const words = [...(kept?.values ?? []), ...readKnown(id)];
  const values = new Map(words);
  if (query.has("category") && !values.has("category")) values.set("category", query.get("category"));
  chooseCategory(values.get("category"));
  for (const [name, value] of words) if (name.startsWith("answer-")) putValue(findFields(form, name), value);
  putPlace(values);
  // Use the search text as the note, unless a person has seen, written or deleted a note.
  if (!values.has("description") && values.has("q")) values.set("description", values.get("q"));
  for (const name of ["description", "location_note", "name", "email", "phone"]) {
    if (values.has(name)) form.elements[name].value = values.get(name);
  }
}

function chooseCategory(/** @type {string} */ code) {
  const radio = code && form.querySelector(`input[name=category][value="${CSS.escape(code)}"]`);
  if (!radio) return;
  radio.checked = true;
  showQuestions();
}

function showQuestions() {
  const radio = form.querySelector("input[name=category]:checked");
  const place = form.querySelector("[data-asked]");
  if (!radio || place.dataset.asked === radio.value) return;
  const template = document.querySelector(`template[data-questions="${CSS.escape(radio.value)}"]`);
  place.dataset.asked = radio.value;
  place.replaceChildren(...(template ? [template.content.cloneNode(true)] : []));
  const chosen = form.querySelector("[data-chosen]");
  chosen.hidden = false;
  chosen.querySelector("span").textContent = readName(radio);
}

const readName = (/** @type {HTMLInputElement} */ radio) => radio.labels[0].firstChild.textContent.trim();

/* Start the map at the report's point; the hidden fields hold that point until a person moves the map. */
function putPlace(/** @type {Map<string, string>} */ values) {
  const [, lat, lng, name] = values.get("place")?.match(PLACE) ?? [];
  const latitude = lat ?? values.get("latitude");
  const longitude = lng ?? values.get("longitude");
  form.elements.text.value = name ?? values.get("text") ?? "";
  if (!Number(latitude)) return;
  Object.assign(box.dataset, { lat: latitude, lng: longitude });
  Object.assign(form.dataset, { latitude, longitude, text: form.elements.text.value });
}

/** Return the point that was set before, unless a person has given another place.
    @returns {Record<string, string>} */
function readPlace() {
  const { latitude, longitude, text } = form.elements;
  const isTheSame = form.dataset.latitude && text.value === form.dataset.text;
  if (latitude.value || !isTheSame) return { latitude: latitude.value, longitude: longitude.value };
  return { latitude: form.dataset.latitude, longitude: form.dataset.longitude };
}

/* Return what is missing. The server validates again when the report arrives. */
function findProblems() {
  const { noCategory, noPlace, unanswered, stop } = form.dataset;
  const found = [];
  if (!form.elements.category.value) found.push({ words: noCategory, field: "what" });
  if (!readPlace().latitude && !form.elements.text.value.trim())
    found.push({ words: noPlace, field: "place" });
  for (const question of form.querySelectorAll("[data-question]")) {
    const [first] = question.querySelectorAll("input, textarea");
    const label = question.querySelector("legend, label").firstChild.textContent.trim();
    if ("required" in question.dataset && !isAnswered(question))
      found.push({ words: fillWords(unanswered, { label }), field: first.id });
    if (question.querySelector(":checked ~ .halt")) found.push({ words: stop, field: first.id });
  }
  return found;
}

function isAnswered(/** @type {HTMLElement} */ question) {
  const fields = /** @type {HTMLInputElement[]} */ ([...question.querySelectorAll("input, textarea")]);
  return fields.some((field) => (isTick(field) ? field.checked : field.value.trim()));
}

async function sendReport(/** @type {typeof import("./photos.js")} */ photos) {
  const found = findProblems();
  clearProblems();
  if (found.length) return showProblems(form, found);
  if (await danger.found()) return alarm.querySelector("a").focus(); // the person must answer first
  form.setAttribute("aria-busy", "true");
  await photos.waitUntilStored();
  const place = readPlace();
  /** @type {Pair[]} */
  const values = readValues(form).map(([name, value]) => [name, place[name] ?? value]);
  const title = readName(form.querySelector("[name=category]:checked"));
  const isKept = await keepReport(id, {
    values,
    title,
    place: form.elements.text.value || form.dataset.spot,
  });
  form.removeAttribute("aria-busy");
  if (!isKept) return showProblems(form, [{ words: form.dataset.unkept, field: "what" }]);
  device.remove(WRITING);
  location.assign(form.dataset.then);
}

function showNetwork() {
  document.querySelector("[data-no-network]").hidden = navigator.onLine;
}

/* Show whether the pin is set. A hidden field keeps its value in an attribute, where a change can be
   observed. */
function watchPin() {
  const pin = form.elements.latitude;
  const marked = form.querySelector("[data-marked]");
  new MutationObserver(() => (marked.hidden = !pin.value)).observe(pin, { attributes: true });
}

await fillForm();
form.dataset.keep = `${id}-offline`;
form.querySelector("[data-photos]").dataset.photos = buildAddresses(id).photosAt;
keepForm(form);
const alarm = form.querySelector("[data-danger-watch]");
const danger = watchForDanger(alarm);
watchPin();
form.addEventListener("change", showQuestions);
form.addEventListener("input", () => device.set(WRITING, id), { once: true });
addEventListener("online", showNetwork);
addEventListener("offline", showNetwork);
showNetwork();
const photos = await import("./photos.js");
form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (form.getAttribute("aria-busy") !== "true") sendReport(photos);
});
await import("../map/picker.js");
form.dataset.ready = "";
