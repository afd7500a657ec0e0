// The reports in this phone's outbox, each with its state in words and its actions. The service worker shows
// the same page if a URL cannot be reached.

import { putValuesBack } from "./form-drafts.js";
import { askBeforeDiscard } from "../lib/discard.js";
import { timeOfDay } from "../lib/locale.js";
import { copyTemplate, fillWords } from "../lib/template.js";
import { sending } from "./unsent.js";
import { forgetPhoto, forgetArrived, findWaiting } from "../outbox/pending-photos.js";
import { reports } from "../outbox/reports.js";

const page = document.querySelector("[data-waits]");
const list = page.querySelector("[data-waits-list]");
const news = page.querySelector("[data-waits-news]");
const begin = page.querySelector("[data-begin]");
const again = page.querySelector("[data-try]");
const isHere = location.pathname === page.dataset.waits; // if false, this page replaces another one
const pictures = new Map(); // report's key → address of its first photo
const told = new Map(); // report's key → the last announced state
let isSending = false;
let drawing = Promise.resolve();

function drawPage() {
  drawing = drawing.then(drawNow);
  return drawing;
}

async function drawNow() {
  const rows = await reports.all();
  for (const row of rows) await loadPicture(row);
  list.replaceChildren(...rows.map(makeLine));
  list.hidden = !rows.length;
  const which = chooseCase(rows);
  for (const each of page.querySelectorAll("[data-case]")) each.hidden = each.dataset.case !== which;
  const heading = page.querySelector(`[data-case="${which}"] h1`).textContent;
  document.title = document.title.replace(/^.*(?= – )/, heading);
  again.hidden = which === "nothing" || which === "sent" || which === "refused";
  begin.hidden = !["nothing", "unreachable", "sent"].includes(which);
  begin.classList.toggle("usa-button--outline", which === "sent");
  again.classList.toggle("usa-button--outline", which === "unreachable");
  document.querySelector("[data-no-network]").hidden = navigator.onLine;
  for (const row of rows) announceState(row);
  showAdvice(rows.find(({ danger }) => danger)?.danger ?? "");
}

/* Show whom to call if the text of a sent report names a danger. */
function showAdvice(/** @type {string} */ advice) {
  const alarm = page.querySelector("[data-alarm]");
  if (alarm.hidden === !advice) return;
  alarm.querySelector("[data-advice]").textContent = advice;
  alarm.hidden = !advice;
}

function chooseCase(/** @type {WaitingReport[]} */ rows) {
  const count = (/** @type {string} */ state) => rows.filter((row) => row.state === state).length;
  if (count("refused")) return "refused";
  if (count("waiting")) return count("waiting") === 1 ? "one" : "many";
  if (!isHere && !(rows.length && navigator.onLine)) return "unreachable";
  return rows.length ? "sent" : "nothing";
}

async function loadPicture(/** @type {WaitingReport} */ row) {
  if (pictures.has(row.id)) return;
  const [[, file] = []] = await findWaiting(row.photosAt);
  if (file) pictures.set(row.id, URL.createObjectURL(file));
}

function makeLine(/** @type {WaitingReport} */ row) {
  const line = copyTemplate(page.querySelector("[data-waits-row]"));
  const put = (/** @type {string} */ name, /** @type {string} */ text) => {
    const place = line.querySelector(`[data-${name}]`);
    place.textContent = text;
    place.hidden = !text;
  };
  const state = isSending && row.state === "waiting" ? "sending" : row.state;
  put("title", row.title);
  put("place", row.place);
  put("at", timeOfDay(row.at));
  put("reference", row.reference ?? "");
  for (const badge of line.querySelectorAll("[data-state]")) badge.hidden = badge.dataset.state !== state;
  for (const act of line.querySelectorAll("[data-only]"))
    act.hidden = !act.dataset.only.split(" ").includes(state);
  line.querySelector("[data-says]").replaceChildren(...row.says.map(makeWordLine));
  line.querySelector("[data-says]").hidden = !row.says.length;
  showPicture(line, pictures.get(row.id));
  prepareLinks(line, row);
  return line;
}

function makeWordLine(/** @type {string} */ text) {
  const line = copyTemplate(page.querySelector("[data-waits-word]"));
  line.textContent = text;
  return line;
}

function showPicture(/** @type {HTMLElement} */ line, /** @type {string} */ address) {
  const image = line.querySelector("img");
  if (!address) return;
  image.addEventListener("load", () => {
    image.hidden = false;
    image.nextElementSibling.setAttribute("hidden", ""); // the browser cannot show this format: keep the icon
  });
  image.src = address;
}

function prepareLinks(/** @type {HTMLElement} */ line, /** @type {WaitingReport} */ row) {
  line.querySelector("a[data-edit]").href += `?report=${row.id}`;
  line.querySelector("a[data-receipt]").href = row.then ?? "";
  line.querySelector("a[data-mend]").href = row.then ?? "";
  line
    .querySelector("a[data-mend]")
    .addEventListener("click", () => row.values.length && putValuesBack(row.id, row.values));
  askBeforeDiscard(line, () => discardReport(row));
}

async function discardReport(/** @type {WaitingReport} */ row) {
  for (const [key] of await findWaiting(row.photosAt)) await forgetPhoto(key);
  await forgetArrived(row.photosAt);
  await reports.remove(row.id);
  page.querySelector("[data-case]:not([hidden]) h1")?.focus();
}

/** Announce each change of state once to screen readers. */
function announceState(/** @type {WaitingReport} */ { id, state, reference }) {
  const before = told.get(id);
  told.set(id, state);
  if (before === undefined || before === state) return;
  if (state in news.dataset) news.textContent = fillWords(news.dataset[state], { reference });
}

function onSending(/** @type {string} */ what) {
  isSending = what === "begun";
  if (what !== "done") news.textContent = isSending ? news.dataset.sending : news.dataset.failed;
  drawPage();
}

/* Send what is waiting; reload a page that replaces another one. */
async function tryAgain() {
  const waits = (await reports.all()).some(({ state }) => state === "waiting");
  if (waits) await sending.now();
  else if (!isHere) location.reload();
}

reports.subscribe({
  changed: drawPage,
  begun: () => onSending("begun"),
  done: () => onSending("done"),
  failed: () => onSending("failed"),
});
again.addEventListener("click", tryAgain);
addEventListener("online", tryAgain);
addEventListener("offline", drawPage);
drawPage();
