// The note on a job's page: kept on the phone while it is written, and sent from there, at once or when
// there is a signal again.

import { alter, begin, completions, isSafe, noteOf } from "../outbox/completions.js";
import { isToSend } from "../outbox/outbox.js";
import { checkNote } from "./check.js";
import "../lib/error-lines.js";
import { clearProblems, showProblems } from "../lib/error-summary.js";
import { putValue, valuesOf } from "../lib/form-values.js";
import "./waiting-bar.js"; // as long as there is a network

const about = document.querySelector("[data-note]");
const form = about?.form;
const panel = form?.closest("details");
const later = form?.querySelector("[data-note-later]");
let row = null; // what the phone keeps of it
let isDone = Promise.resolve(); // what is to be kept, in the order in which it was typed

const words = () => form.elements.words;
const seen = () => form.elements.seen.value;
const pathOf = ({ attributes }) => attributes.action.value;
const mark = () => (panel.querySelector("[data-unsent]").hidden = !words().value.trim());

async function restore() {
  row = (await noteOf(about.dataset.reference, about.dataset.user)) ?? null;
  if (row && !words().value) giveBack(row.fields); // what the city refused stands in the form
  mark();
}

function giveBack(pairs) {
  const isOpen = panel.open || location.hash === "#comments";
  for (const [name, value] of pairs) {
    const fields = [...form.elements].filter((field) => field.name === name && field.type !== "hidden");
    putValue(fields, value);
  }
  panel.open = isOpen;
}

function typed() {
  later.hidden = true;
  mark();
  isDone = isDone.then(keep);
}

async function keep() {
  if (words().value.trim()) await change((kept) => (kept.fields = valuesOf(form)));
  else if (row) {
    await completions.remove(row.key);
    row = null;
  }
}

/* What another tab has sent meanwhile is over: this is a note of its own. */
async function change(act) {
  const isThere = row && (await completions.get(row.key));
  if (!isThere) row = begin({ ...about.dataset, key: about.value, seen: seen(), path: pathOf(form) });
  row = await alter(row, act);
  about.value = row.key;
}

function submit(event) {
  if (event.defaultPrevented) return;
  event.preventDefault();
  clearProblems();
  const problems = checkNote(form);
  if (!problems.length) {
    isDone = isDone.then(send);
    return;
  }
  form.removeAttribute("data-sent"); // a form that is sent once has not been
  showProblems(form, problems);
}

async function send() {
  await change((kept) => {
    Object.assign(kept, { fields: valuesOf(form), seen: seen(), says: [] });
    kept.state = "waiting";
  });
  const { state, then, row: now } = await completions.deliver(row.key);
  form.removeAttribute("data-sent");
  if (state === "sent") location.assign(then ?? about.dataset.page);
  else if (now && isToSend(now)) showLater(now);
  else form.submit(); // the city's page says it better, with what was typed
}

function showLater({ key, state }) {
  const says = later.querySelector("span");
  const kind = state === "signed-out" ? "signedOut" : isSafe(key) ? "waits" : "fragile";
  says.textContent = says.dataset[kind];
  later.hidden = false;
  navigator.storage?.persist?.(); // so that the phone does not tidy it away
  words().value = "";
  for (const field of form.querySelectorAll(":checked")) field.checked = false;
  row = null;
  mark();
  later.scrollIntoView({ block: "center" });
}

if (form) {
  isDone = restore();
  form.addEventListener("input", typed);
  form.addEventListener("submit", submit);
  completions.subscribe({ sent: () => (later.hidden = true) });
}
