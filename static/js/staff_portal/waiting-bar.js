// "2 waiting to send" on every page of a crew: what the phone keeps is sent by itself, again and
// again, and what needs a person says so.

import { completions } from "../outbox/completions.js";
import { startRetryLoop } from "../outbox/loop.js";
import { isToSend } from "../outbox/outbox.js";
import { dressSheet, drawSheet, showSending } from "./waiting-list.js";

const bar = document.querySelector("[data-queue]");
const user = bar.dataset.crewUser;
let isSending = false;

const jobOf = ({ name, place }) => [name, place].filter(Boolean).join(", ");

/** @param {Completion} row */
function tellSent({ name, place, path, moved }) {
  const words = document.querySelector("[data-queue-sent]");
  const said = moved?.path === path ? moved.sent : words.dataset.words;
  words.querySelector("span").textContent = said.replace("{job}", jobOf({ name, place }));
  words.hidden = false;
}

async function draw() {
  const rows = (await completions.all({ user })).filter((row) => row.state !== "draft" || !isHere(row));
  const waiting = rows.filter((row) => row.state !== "draft");
  bar.hidden = !rows.length;
  if (rows.length) write(rows, waiting);
  drawSheet(rows);
  if (rows.some(isToSend)) sending.later();
}

/** Whether the page that is open has its form, with what was filled in.
    @param {Completion} row */
function isHere({ reference, kind }) {
  const isOf = (/** @type {HTMLFormElement} */ form) =>
    document.querySelector(form)?.dataset.reference === reference;
  return isOf("#finish") || (Boolean(kind) && isOf(`[data-kept][data-kind="${kind}"]`));
}

function write(rows, waiting) {
  const { one, many, draft, drafts } = bar.dataset;
  const count = (each, [first, ...more], several) =>
    more.length ? several.replace("{n}", more.length + 1) : each.replace("{job}", jobOf(first));
  const words = waiting.length ? count(one, waiting, many) : count(draft, rows, drafts);
  bar.querySelector("[data-count]").textContent = words;
  const reason = why(rows);
  bar.querySelector("[data-why]").textContent = bar.dataset[reason];
  const icons = { rest: reason === "offline", going: ["sending", "again"].includes(reason) };
  icons.yours = !icons.rest && !icons.going;
  for (const [name, isTrue] of Object.entries(icons))
    bar.querySelector(`[data-icon-${name}]`).hidden = !isTrue;
}

/* The one thing a person should know first. */
function why(rows) {
  if (rows.some(({ state }) => ["changed", "refused", "gone"].includes(state))) return "needsYou";
  if (rows.some((row) => row.state === "signed-out")) return "signIn";
  if (!rows.some(isToSend)) return "unfinished";
  if (isSending) return "sending";
  return navigator.onLine ? "again" : "offline";
}

function onSending(/** @type {boolean} */ isBegun) {
  isSending = isBegun;
  draw();
}

completions.subscribe({
  changed: draw,
  begun: () => onSending(true),
  progress: showSending,
  sent: tellSent,
  done: () => onSending(false),
  failed: () => onSending(false),
});
const sending = startRetryLoop(completions, { user });
dressSheet(bar, sending.now);
addEventListener("offline", draw);
document.addEventListener("crew:turned", draw);
draw();
