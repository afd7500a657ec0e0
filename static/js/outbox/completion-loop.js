// "2 waiting to send" on every page of a crew: what the phone keeps is sent by itself, again and
// again, and what needs a person says so.

import { all, isToSend, watch } from "./completion-rows.js";
import { send } from "./completion-deliver.js";
import { dressSheet, drawSheet, showSending } from "./completion-list.js";

const SOONEST = 5; // seconds until the next try, doubled with each failure
const LATEST = 300;

const bar = document.querySelector("[data-queue]");
const user = bar.dataset.crewUser;
const state = { timer: 0, failures: 0, isSending: false };

async function drain() {
  clearTimeout(state.timer);
  state.timer = 0;
  await alone(async () => {
    for (const row of (await all(user)).filter(isToSend)) if (!(await sendOne(row))) break;
  });
  await draw();
}

/* One tab sends; the others see it happen. */
function alone(act) {
  if (!navigator.locks) return act();
  return navigator.locks.request("crew-drain", { ifAvailable: true }, (lock) => lock && act());
}

/* Resolves to whether the city was there: if not, the next one need not be tried. */
async function sendOne(row) {
  state.isSending = true;
  await draw();
  const outcome = await send(row.key, (n, share) => showSending(row, n, share));
  state.isSending = false;
  const isHeard = !["later", "signed-out"].includes(outcome.state);
  state.failures = isHeard ? 0 : state.failures + 1;
  if (outcome.state === "sent") tellSent(row);
  return outcome.isReached;
}

function tellSent({ name, place, path, moved }) {
  const words = document.querySelector("[data-queue-sent]");
  const said = moved?.path === path ? moved.sent : words.dataset.words;
  words.querySelector("span").textContent = said.replace("{job}", [name, place].filter(Boolean).join(", "));
  words.hidden = false;
}

function schedule() {
  const wait = Math.min(LATEST, SOONEST * 2 ** state.failures);
  state.timer ||= setTimeout(drain, wait * 1000);
}

async function draw() {
  const here = document.querySelector("#finish")?.dataset.reference;
  const rows = (await all(user)).filter((row) => row.state !== "draft" || row.reference !== here);
  const waiting = rows.filter((row) => row.state !== "draft");
  bar.hidden = !rows.length;
  if (rows.length) write(rows, waiting);
  drawSheet(rows);
  if (rows.some(isToSend)) schedule();
}

function write(rows, waiting) {
  const { one, many, draft } = bar.dataset;
  const words = waiting.length === 1 ? one : many.replace("{n}", waiting.length);
  bar.querySelector("[data-count]").textContent = waiting.length ? words : draft;
  const reason = why(rows);
  bar.querySelector("[data-why]").textContent = bar.dataset[reason];
  const icons = { rest: reason === "offline", going: ["sending", "again"].includes(reason) };
  icons.yours = !icons.rest && !icons.going;
  for (const [name, isTrue] of Object.entries(icons))
    bar.querySelector(`[data-icon-${name}]`).hidden = !isTrue;
}

/* The one thing a person should know first. */
function why(rows) {
  if (rows.some(({ state: each }) => ["changed", "refused", "gone"].includes(each))) return "needsYou";
  if (rows.some((row) => row.state === "signed-out")) return "signIn";
  if (!rows.some(isToSend)) return "unfinished";
  if (state.isSending) return "sending";
  return navigator.onLine ? "again" : "offline";
}

function retry() {
  state.failures = 0;
  drain();
}

watch(draw);
dressSheet(bar, drain);
window.addEventListener("online", retry);
window.addEventListener("offline", draw);
document.addEventListener("crew:turned", draw);
window.addEventListener("pageshow", (event) => event.persisted && retry());
document.addEventListener("visibilitychange", () => document.hidden || retry());
drain();
