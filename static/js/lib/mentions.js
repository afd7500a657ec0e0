/* Mentions in a note: after an @, the people who can read the note are offered below the text area, for
   keyboards and screen readers. textarea[data-mentions] has the URL of the people. aria-controls names the
   list, which is followed by its status and the template of an option. Without this module the name is
   typed. */

import { foldWords, isModified, on, take } from "./dom.js";
import { copyTemplate, fillWords } from "./template.js";

/** @typedef {{handle: string, name: string}} Person */

const FIELD = "textarea[data-mentions]";
const TYPED = /(?<![\p{L}\p{N}_@./])@(?:["“„]([^"“”„\n]{0,80})|([\p{L}\p{N}_.+-]*))$/u;
const MAX_SHOWN = 6;
/** @type {Map<string, Promise<Person[]>>} */
const loaded = new Map();

const findList = (/** @type {Field} */ field) => document.getElementById(field.getAttribute("aria-controls"));
const findOptions = (/** @type {HTMLElement} */ list) => [...list.querySelectorAll("[role=option]")];

/** Return the text between an @ and the cursor; null if there is no @. */
function readTyped(/** @type {HTMLTextAreaElement} */ field) {
  const match = TYPED.exec(field.value.slice(0, field.selectionStart));
  return match && { from: match.index, words: foldWords(match[1] ?? match[2]).replaceAll(".", " ") };
}

/** Return the people at a URL, loaded once; an empty list if the URL cannot be reached. */
function loadPeople(/** @type {string} */ address) {
  if (!loaded.has(address)) loaded.set(address, fetchPeople(address));
  return loaded.get(address);
}

/** @returns {Promise<Person[]>} */
async function fetchPeople(/** @type {string} */ address) {
  try {
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    if (answer.ok) return (await answer.json()).people;
  } catch (error) {
    console.warn("no names are offered:", error);
  }
  loaded.delete(address);
  return [];
}

/** Return whether a word of the name, or the handle, begins with the typed text. */
function fits(/** @type {Person} */ person, /** @type {string} */ words) {
  const name = ` ${foldWords(person.name)}`;
  return name.includes(` ${words}`) || foldWords(person.handle).replace(/^@"?/, "").startsWith(words);
}

async function onInput(/** @type {HTMLTextAreaElement} */ field) {
  if (!readTyped(field)) return close(field);
  const people = await loadPeople(field.dataset.mentions);
  const typed = readTyped(field);
  const found = typed ? people.filter((person) => fits(person, typed.words)).slice(0, MAX_SHOWN) : [];
  if (found.length && document.activeElement === field) show(field, found);
  else close(field);
}

function show(/** @type {Field} */ field, /** @type {Person[]} */ people) {
  const list = findList(field);
  const template = /** @type {HTMLElement} */ (list.parentElement.querySelector("template"));
  list.replaceChildren(
    ...people.map((person, n) => {
      const option = copyTemplate(template);
      option.id = `${list.id}-${n}`;
      option.dataset.handle = person.handle;
      option.querySelector("b").textContent = person.name;
      option.querySelector("small").textContent = person.handle;
      return option;
    }),
  );
  list.hidden = false;
  list.scrollIntoView({ block: "nearest" });
  activate(field, 0);
  const { one, many } = findStatus(list).dataset;
  say(list, people.length === 1 ? one : fillWords(many, { n: people.length }));
}

function close(/** @type {Field} */ field) {
  const list = findList(field);
  if (!list || list.hidden) return;
  list.hidden = true;
  list.replaceChildren();
  field.removeAttribute("aria-activedescendant");
  say(list, "");
}

const findStatus = (/** @type {HTMLElement} */ list) =>
  /** @type {HTMLElement} */ (list.parentElement.querySelector("[role=status][data-many]"));

function say(/** @type {HTMLElement} */ list, /** @type {string} */ words) {
  findStatus(list).textContent = words;
}

function activate(/** @type {Field} */ field, /** @type {number} */ place) {
  const options = findOptions(findList(field));
  const chosen = options.at(place % options.length);
  for (const option of options) option.setAttribute("aria-selected", String(option === chosen));
  field.setAttribute("aria-activedescendant", chosen.id);
  chosen.scrollIntoView({ block: "nearest" });
}

function choose(/** @type {HTMLTextAreaElement} */ field, /** @type {HTMLElement} */ option) {
  const typed = readTyped(field);
  if (typed) field.setRangeText(`${option.dataset.handle} `, typed.from, field.selectionStart, "end");
  close(field);
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function onKey(/** @type {HTMLTextAreaElement} */ field, /** @type {KeyboardEvent} */ event) {
  const { key } = event;
  const list = findList(field);
  if (isModified(event) || event.isComposing || !list || list.hidden) return;
  const options = findOptions(list);
  const here = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  if (key === "ArrowDown") take(event, () => activate(field, here + 1));
  else if (key === "ArrowUp") take(event, () => activate(field, here - 1));
  else if (key === "Enter" || (key === "Tab" && !event.shiftKey))
    take(event, () => choose(field, options[here]));
  else if (key === "Escape") take(event, () => close(field));
}

function onClick(/** @type {HTMLElement} */ option) {
  const { id } = option.closest(".mentions");
  choose(document.querySelector(`textarea[aria-controls="${CSS.escape(id)}"]`), option);
}

on("input", FIELD, onInput);
on("keydown", FIELD, onKey, true); // runs before the shortcuts of the desk
on("click", ".mentions [role=option]", onClick);
on("mousedown", ".mentions [role=option]", (_option, event) => event.preventDefault()); // keeps the focus
on("focusout", FIELD, close);
