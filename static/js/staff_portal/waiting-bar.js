// "2 waiting to send" on every page of a crew. Rows on the phone are sent automatically with retries; the bar
// also shows what needs a person.

import { fillWords } from "../lib/template.js";
import { completions } from "../outbox/completions.js";
import { startRetryLoop } from "../outbox/loop.js";
import { isToSend } from "../outbox/outbox.js";
import { prepareSheet, drawSheet, showSending } from "./waiting-list.js";

const bar = document.querySelector("[data-queue]");
const user = bar.dataset.crewUser;
let isSending = false;
/** @type {Record<string, string>} */
const ICONS = { offline: "rest", sending: "going", again: "going" }; // by the reason for waiting

const formatJob = (/** @type {{name: string, place: string}} */ { name, place }) =>
  [name, place].filter(Boolean).join(", ");

function showSent(/** @type {Completion} */ { name, place, path, moved }) {
  const words = document.querySelector("[data-queue-sent]");
  const said = moved?.path === path ? moved.sent : words.dataset.words;
  words.querySelector("span").textContent = fillWords(said, { job: formatJob({ name, place }) });
  words.hidden = false;
}

async function drawBar() {
  const rows = (await completions.all({ user })).filter((row) => row.state !== "draft" || !isHere(row));
  const waiting = rows.filter((row) => row.state !== "draft");
  bar.hidden = !rows.length;
  if (rows.length) writeBar(rows, waiting);
  drawSheet(rows);
  if (rows.some(isToSend)) sending.later();
}

/** Return whether the open page has the row's form, with its values. */
function isHere(/** @type {Completion} */ { reference, kind }) {
  const isOf = (/** @type {string} */ form) => document.querySelector(form)?.dataset.reference === reference;
  return isOf("#finish") || (Boolean(kind) && isOf(`[data-kept][data-kind="${kind}"]`));
}

function writeBar(/** @type {Completion[]} */ rows, /** @type {Completion[]} */ waiting) {
  const { one, many, draft, drafts } = bar.dataset;
  const [first, ...more] = waiting.length ? waiting : rows;
  const [each, several] = waiting.length ? [one, many] : [draft, drafts];
  const values = { n: more.length + 1, job: formatJob(first) };
  bar.querySelector("[data-count]").textContent = fillWords(more.length ? several : each, values);
  const reason = findReason(rows);
  bar.querySelector("[data-why]").textContent = bar.dataset[reason];
  const icon = ICONS[reason] ?? "yours";
  for (const name of ["rest", "going", "yours"])
    bar.querySelector(`[data-icon-${name}]`).hidden = name !== icon;
}

/* Return the most important reason why rows wait. */
function findReason(/** @type {Completion[]} */ rows) {
  if (rows.some(({ state }) => ["changed", "refused", "gone"].includes(state))) return "needsYou";
  if (rows.some((row) => row.state === "signed-out")) return "signIn";
  if (!rows.some(isToSend)) return "unfinished";
  if (isSending) return "sending";
  return navigator.onLine ? "again" : "offline";
}

function onSending(/** @type {boolean} */ isBegun) {
  isSending = isBegun;
  drawBar();
}

completions.subscribe({
  changed: drawBar,
  begun: () => onSending(true),
  progress: (row, n, share) => showSending(row, Number(n), share),
  sent: showSent,
  done: () => onSending(false),
  failed: () => onSending(false),
});
const sending = startRetryLoop(completions, { user });
prepareSheet(bar, sending.now);
addEventListener("offline", drawBar);
document.addEventListener("crew:turned", drawBar);
drawBar();
