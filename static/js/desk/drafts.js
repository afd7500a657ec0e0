/* Drafts: text that was typed and not sent is stored in this tab, through other requests, a reload and a new
   sign-in, until the agent returns to its request. There is no question and no blocking dialog: a line shows
   that a draft exists, and a mark shows it at the request in the queue. */

import { DraftStore } from "../lib/draft-store.js";
import { tab } from "../lib/storage.js";
import { all, on } from "../lib/dom.js";
import { copyTemplate, fillWords } from "../lib/template.js";

const FIELDS = "#panel textarea[id]";
const desk = document.querySelector("[data-desk]");
const notice = document.querySelector("[data-draft-note]");
const drafts = new DraftStore(tab, "desk:");
const agent = desk.dataset.user;
const kept = new Map(drafts.read(agent));

const reference = () => document.querySelector("#request")?.dataset.reference;
const makeKey = (/** @type {Field} */ field) => `${reference()} ${field.id}`;
const isOf = (/** @type {string} */ key, /** @type {string} */ name) => key.startsWith(`${name} `);

function writeDrafts() {
  drafts.write(agent, [...kept]);
  markLines();
}

function onTyping(/** @type {Field} */ field) {
  if (!reference()) return; // this page has no request
  if (field.value.trim()) kept.set(makeKey(field), field.value);
  else kept.delete(makeKey(field));
  writeDrafts();
}

/** Delete the drafts of a form that was sent, before the response replaces the form. */
export function forgetDrafts(/** @type {HTMLElement} */ form) {
  if (!form.matches?.("form")) return;
  for (const field of form.querySelectorAll("textarea[id]")) kept.delete(makeKey(field));
  writeDrafts();
}

/** Restore the drafts of the open request, and show a notice if the request that was left (its reference) has
    a draft.
    @type {(left?: string) => void} */
export function restoreDrafts(left) {
  if (reference()) for (const field of all(FIELDS)) field.value ||= kept.get(makeKey(field)) ?? "";
  if (notice.dataset.of === reference() || "passing" in notice.dataset) notice.hidden = true;
  if (left && left !== reference()) showLeft(left);
  markLines();
}

const hasWords = (/** @type {string} */ name) => [...kept.keys()].some((key) => isOf(key, name));

function showLeft(/** @type {string} */ name) {
  if (!hasWords(name)) return;
  showNotice(fillWords(notice.dataset.words, { reference: name }));
  notice.dataset.of = name;
  const link = notice.querySelector("a");
  link.hidden = false;
  link.href = notice.dataset.address.replace(notice.dataset.example, name);
}

/** Show a notice that stays until the next one. */
export function showNotice(/** @type {string} */ words) {
  notice.hidden = false;
  delete notice.dataset.passing;
  notice.querySelector("span").textContent = words;
  notice.querySelector("a").hidden = true;
}

/** Show a notice about the open request; it is removed when the request is left. */
export function flashNotice(/** @type {string} */ words) {
  showNotice(words);
  notice.dataset.passing = "";
}

function markLines() {
  const names = new Set([...kept.keys()].map((key) => key.split(" ")[0]));
  for (const line of document.querySelectorAll("#q-list [data-reference]")) {
    const isKept = names.has(line.dataset.reference);
    const mark = line.querySelector("[data-draft-mark]");
    if (isKept && !mark) line.append(copyTemplate(desk.querySelector("template[data-draft]")));
    if (!isKept) mark?.remove();
  }
}

function goBack(/** @type {Event} */ event) {
  event.preventDefault();
  window.htmx.ajax("GET", notice.querySelector("a").href, { target: "#panel" });
}

export function start() {
  drafts.forget((name) => name !== agent); // delete drafts of other agents in this tab
  on("input", FIELDS, onTyping);
  document.addEventListener("htmx:after:swap", markLines);
  notice.querySelector("a").addEventListener("click", goBack);
  notice.querySelector("button").addEventListener("click", () => (notice.hidden = true));
  restoreDrafts();
  if (hasWords(reference())) showNotice(notice.dataset.renewed);
}
