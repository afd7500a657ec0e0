// While a person writes into a form with [data-danger-watch], show whom to call as soon as the text names a
// danger. The table of danger words is fetched at the first input. Without this module the next page shows
// the same.

import { createFinder } from "./words.js";

const PAUSE = 250; // ms after the last keystroke

/** Watch the fields of `box` and show whom to call in it. */
export function watchForDanger(/** @type {HTMLElement} */ box) {
  const { dangerWatch: address, dangerFields: selector, noDanger = "" } = box.dataset;
  const form = box.closest("form");
  const template = box.querySelector("template");
  const dismissed = new Set(noDanger.split(" ").filter(Boolean));
  const fields = () => /** @type {Field[]} */ ([...form.querySelectorAll(selector)]);
  /** @type {ReturnType<typeof loadTable> | undefined} */
  let table;
  let timer = 0;
  let found = /** @type {string[]} */ ([]); // all kinds of danger found in the text, the most serious first
  let shown = /** @type {string | null} */ (null); // the most serious kind
  let numbers = /** @type {Advice[]} */ ([]); // additional phone numbers for all kinds found

  async function checkWords() {
    table ??= loadTable(address);
    const known = await table;
    if (!known) table = undefined; // offline and not cached: try again at the next keystroke
    const texts = fields().map((field) => field.value);
    if (known) showAlarm(known.find(texts.join("\n"), [...dismissed]), known.advice);
  }

  /** @param {string[]} kinds
      @param {Record<string, Advice>} advice by kind */
  function showAlarm(kinds, advice) {
    found = kinds;
    const [kind = null] = kinds;
    const others = listSecondNumbers(kinds.map((each) => advice[each]));
    const isSame = others.length === numbers.length && others.every(({ tel }, n) => tel === numbers[n].tel);
    if (kind === shown && isSame) return;
    shown = kind;
    numbers = others;
    const alarm = kind ? [fillAlarm(document.importNode(template.content, true), advice[kind].text)] : [];
    box.replaceChildren(template, ...alarm);
  }

  function fillAlarm(/** @type {DocumentFragment} */ alarm, /** @type {string} */ text) {
    alarm.querySelector("[data-advice]").textContent = text;
    const line = alarm.querySelector("[data-second]");
    line.replaceWith(...numbers.map((number) => fillSecondLine(document.importNode(line, true), number)));
    alarm.querySelector("[data-dismiss]")?.addEventListener("click", dismiss);
    return alarm;
  }

  function dismiss() {
    for (const kind of found) dismissed.add(kind);
    checkWords();
  }

  form.addEventListener("input", ({ target }) => {
    if (!target.matches(selector)) return;
    clearTimeout(timer);
    timer = setTimeout(checkWords, PAUSE);
  });
  if (fields().some((field) => field.value)) checkWords();
  return {
    /** Return the kind of danger that blocks submission; null if there is none or the table has not
        loaded. */
    async found() {
      clearTimeout(timer);
      await checkWords();
      return shown;
    },
  };
}

/* Return the additional numbers of several kinds of danger, without duplicates. */
function listSecondNumbers(/** @type {Advice[]} */ advice) {
  const withPhone = advice.filter(({ phone }) => phone);
  return [...new Map(withPhone.map((each) => [each.tel, each])).values()];
}

function fillSecondLine(/** @type {HTMLElement} */ line, /** @type {Advice} */ { label, phone, tel }) {
  line.hidden = false;
  line.querySelector("span").textContent = label;
  Object.assign(line.querySelector("a"), { textContent: phone, href: `tel:${tel}` });
  return line;
}

/** @returns {Promise<{find: ReturnType<typeof createFinder>, advice: Record<string, Advice>} | null>} */
async function loadTable(/** @type {string} */ address) {
  try {
    const response = await fetch(address);
    if (!response.ok) return null;
    const { table, advice } = await response.json();
    return { find: createFinder(table), advice };
  } catch (error) {
    if (["TypeError", "AbortError", "SyntaxError"].includes(error.name)) return null;
    throw error;
  }
}
