/* The list of keyboard shortcuts, built from the elements on the page: each has `data-key`, its description
   in `data-key-says` and its group in `data-keys` of an ancestor. Shortcuts can be turned off for people who
   dictate or press keys by accident (WCAG 2.1.4). The choice is stored in this browser. */

import { device } from "../lib/storage.js";
import { copyTemplate } from "../lib/template.js";

const STORE = "desk-keys";
const sheet = document.querySelector("dialog[data-key-sheet]");
const list = sheet.querySelector("[data-key-list]");
const toggle = sheet.querySelector("input[data-key-switch]");
const copyPart = (/** @type {string} */ name) => copyTemplate(sheet.querySelector(`template[data-${name}]`));

/** Return whether single-key shortcuts are on. */
export const areKeysOn = () => device.get(STORE) !== "off";

function showSheet() {
  list.replaceChildren(...groupKeys().map(([name, rows]) => makeSection(name, rows)));
  toggle.checked = areKeysOn();
  sheet.showModal();
}

/* Return [group, [element of each key]] for all keys, in page order. */
function groupKeys() {
  const found = new Map();
  const taken = new Set();
  for (const element of document.querySelectorAll("[data-key]")) {
    const { key } = element.dataset;
    if (taken.has(key) || !isOffered(element)) continue;
    taken.add(key);
    const name = element.closest("[data-keys]")?.dataset.keys ?? list.dataset.rest;
    found.set(name, [...(found.get(name) ?? []), element]);
  }
  return [...found];
}

/* Return whether a key is available, also if its element is in a closed menu. */
function isOffered(/** @type {HTMLElement} */ element) {
  return (
    !element.closest("dialog") &&
    (element.checkVisibility() || element.closest("details:not([open])") !== null)
  );
}

function makeSection(/** @type {string} */ name, /** @type {HTMLElement[]} */ elements) {
  const group = copyPart("group");
  group.querySelector("h3").textContent = name;
  group.querySelector("dl").append(...elements.map(makeRow));
  return group;
}

function makeRow(/** @type {HTMLElement} */ element) {
  const line = copyPart("row");
  const { key } = element.dataset;
  line.querySelector("kbd").textContent = key.length === 1 ? key.toUpperCase() : key;
  line.querySelector("dd").textContent = element.dataset.keySays ?? readWords(element);
  return line;
}

function readWords(/** @type {HTMLElement} */ element) {
  const copy = /** @type {HTMLElement} */ (element.cloneNode(true));
  for (const each of copy.querySelectorAll("kbd, svg")) each.remove();
  return copy.textContent.replace(/\s+/g, " ").trim() || element.getAttribute("aria-label");
}

function applyChoice() {
  document.documentElement.classList.toggle("keys-off", !areKeysOn());
}

export function start() {
  document.querySelector("[data-key-opener]").addEventListener("click", showSheet);
  toggle.addEventListener("change", () => {
    device.set(STORE, toggle.checked ? "on" : "off");
    applyChoice();
  });
  applyChoice();
}
