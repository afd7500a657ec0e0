/* A combobox by the ARIA pattern: input[data-combobox], with options that htmx loads into the list that
   aria-controls names. Enter and Tab choose the first option, unless it has `data-asks`: then only an arrow
   key or a click chooses. Keys that are pressed before the options have loaded apply afterwards, arrows too.
   A choice dispatches a `chosen` event with the option's data. If nothing matches, the `data-none` text of
   the list or of the field is announced. */

import { isModified, setText, take } from "../lib/dom.js";

class Combobox {
  constructor(/** @type {HTMLInputElement} */ input) {
    this.input = input;
    this.list = document.getElementById(input.getAttribute("aria-controls"));
    this.says = input.parentElement.querySelector("[data-says]");
    this.settled = input.value; // the text of the chosen option
    this.asked = this.answered = input.value; // the text of the requested and of the loaded options
    this.isWaited = false; // whether to choose an option once they have loaded
    this.steps = 0; // arrow key steps to apply to options that have not loaded yet
    input.addEventListener("input", () => this.#typed());
    input.addEventListener("keydown", (event) => this.#onKey(event));
    input.addEventListener("blur", () => this.#close());
    this.list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
    this.list.addEventListener("click", ({ target }) => this.#choose(target.closest("[role=option]"), true));
  }

  /** Accept text that another script put into the field. */
  settle(/** @type {string} */ words) {
    this.input.value = this.settled = this.asked = this.answered = words;
    this.#say("");
    this.#close();
  }

  get #isSettled() {
    const words = this.settled.trim().toLowerCase();
    return words !== "" && this.input.value.toLowerCase().includes(words);
  }

  get #isWaiting() {
    return this.answered !== this.input.value && this.input.value.trim() !== "";
  }

  get #none() {
    return this.list.querySelector("[data-none]")?.dataset.none ?? this.input.dataset.none;
  }

  get #active() {
    return this.list.hidden ? null : this.list.querySelector("[aria-selected=true]");
  }

  #typed() {
    this.isWaited = false;
    this.steps = 0;
    this.#say("");
    if (!this.#isSettled) this.settled = "";
    if (this.#isSettled || this.input.value.trim() === "") this.#close();
    else if (!this.#isWaiting) this.#open();
  }

  ask() {
    this.asked = this.input.value;
  }

  answer() {
    this.answered = this.asked;
    if (this.#isSettled || this.#isWaiting || document.activeElement !== this.input) return;
    this.#open();
    this.#move(this.steps);
    const isWaited = this.isWaited;
    this.isWaited = false;
    this.steps = 0;
    if (isWaited) this.#choose(this.#active, true);
  }

  /** Continue without options: the server resolves the text too. */
  giveUp() {
    this.answered = this.asked;
    this.isWaited = false;
    this.steps = 0;
  }

  #open() {
    const options = [...this.list.querySelectorAll("[role=option]")];
    const isEmpty = options.length === 0;
    this.list.hidden = isEmpty;
    this.input.setAttribute("aria-expanded", String(!isEmpty));
    this.#say(isEmpty && this.input.value.trim() ? this.#none : "");
    this.#activate(options[0]?.matches("[data-asks]") ? null : options[0]);
  }

  #close() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  #say(/** @type {string} */ words) {
    setText(this.says, words);
  }

  #activate(/** @type {HTMLElement} */ option) {
    for (const other of this.list.querySelectorAll("[aria-selected=true]"))
      other.setAttribute("aria-selected", "false");
    if (!option) return this.input.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", option.id);
  }

  #onKey(/** @type {KeyboardEvent} */ event) {
    if (isModified(event) || event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.#step(event, step);
    else if (event.key === "Escape" && !this.list.hidden) take(event, () => this.#close());
    else if (event.key === "Enter" || (event.key === "Tab" && !event.shiftKey)) this.#accept(event);
    else if (event.key === "Tab") this.#choose(this.#active, false);
  }

  #step(/** @type {KeyboardEvent} */ event, /** @type {number} */ step) {
    event.preventDefault();
    if (this.list.hidden) this.#open();
    else if (this.#isWaiting) this.steps += step;
    else this.#move(step);
  }

  #move(/** @type {number} */ steps) {
    const options = [...this.list.querySelectorAll("[role=option]")];
    if (steps === 0 || options.length === 0) return;
    const here = this.#active ? options.indexOf(this.#active) : steps < 0 ? 0 : -1;
    const next = (here + steps) % options.length;
    this.#activate(options.at(next)); // -1 is the last
  }

  #accept(/** @type {KeyboardEvent} */ event) {
    const option = this.#active;
    if (this.#isSettled) return;
    if (this.#isWaiting) take(event, () => (this.isWaited = true));
    else if (option) take(event, () => this.#choose(option, true));
  }

  #choose(/** @type {HTMLElement} */ option, /** @type {boolean} */ moves) {
    if (!option) return;
    this.settle(option.dataset.name);
    this.#say(option.dataset.note ?? ""); // Enter may have been pressed before the note was read
    this.input.dispatchEvent(
      new CustomEvent("chosen", { bubbles: true, detail: { ...option.dataset, moves } }),
    );
  }
}

export function createComboboxes() {
  const fields = document.querySelectorAll("input[data-combobox]");
  const known = new Map([...fields].map((field) => [field.id, new Combobox(field)]));
  const ofEvent = (/** @type {HtmxEvent} */ { detail }) => known.get(detail.ctx?.sourceElement?.id);
  document.addEventListener("htmx:before:request", (event) => ofEvent(event)?.ask());
  document.addEventListener("htmx:after:swap", (event) => ofEvent(event)?.answer());
  document.addEventListener("htmx:error", (event) => ofEvent(event)?.giveUp());
  document.addEventListener("htmx:after:request", (event) => {
    if (event.detail.ctx.response.status >= 400) ofEvent(event)?.giveUp();
  });
  return known;
}
