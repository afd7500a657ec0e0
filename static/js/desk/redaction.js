/* Black boxes on a photo: drawn, moved and resized with a mouse, a finger or the keyboard. The form sends
   each box as JSON [x, y, width, height] in fractions of the upright picture. Without this module its list of
   fields sends the same. */

import { copyTemplate } from "../lib/template.js";

const MIN_SIDE = 0.01; // share of the picture's side
const STEP = 0.01;
const FIRST = /** @type {Sides} */ ([0.4, 0.4, 0.2, 0.2]); // position of a box added by keyboard
/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** @type {(value: number, least: number, most: number) => number} */
const clamp = (value, least, most) => Math.min(most, Math.max(least, value));

class Redaction {
  /** @type {Map<HTMLElement, {sides: Sides, field: HTMLInputElement}>} */
  #boxes = new Map();
  /** @type {HTMLElement | null} */
  #chosen = null;

  constructor(/** @type {HTMLFormElement} */ form) {
    this.form = form;
    this.stage = form.querySelector("[data-draw]");
    this.remover = form.querySelector("button[data-remove]");
    const sent = [...form.querySelectorAll("input[name=box]:checked")].map(({ value }) => JSON.parse(value));
    form.querySelector("[data-boxes-as-fields]").remove();
    this.stage.querySelector("[data-drawn]").remove();
    for (const part of form.querySelectorAll("[data-tools], [data-help]")) part.hidden = false;
    for (const sides of sent) this.#add(sides);
    this.#listen();
    this.#say("");
  }

  #listen() {
    this.form.querySelector("[data-add]").addEventListener("click", () => this.#addByKey());
    this.remover.addEventListener("click", () => this.#remove(this.#chosen));
    this.form.querySelector("[data-preview]").addEventListener("click", () => this.#togglePreview());
    this.stage.addEventListener("pointerdown", (event) => this.#onPointer(event));
    this.stage.addEventListener("keydown", (event) => this.#onKey(event));
    this.stage.addEventListener("focusin", ({ target }) => this.#choose(target.closest(".stage__box")));
  }

  /* Boxes */

  #add(/** @type {Sides} */ sides) {
    const element = copyTemplate(this.form.querySelector("[data-new-box]"));
    const field = Object.assign(document.createElement("input"), { type: "hidden", name: "box" });
    this.#boxes.set(element, { sides, field });
    this.stage.append(element);
    this.form.append(field);
    this.#place(element, sides);
    return element;
  }

  #addByKey() {
    const shift = (this.#boxes.size % 5) * 0.04;
    const [x, y, width, height] = FIRST;
    const element = this.#add([x + shift, y + shift, width, height]);
    this.#endPreview();
    element.focus();
    this.#sayCount("added");
  }

  #remove(/** @type {HTMLElement | null} */ element) {
    if (!element) return;
    this.#drop(element);
    const next = [...this.#boxes.keys()].at(-1) ?? this.form.querySelector("[data-add]");
    next.focus();
    this.#sayCount("removed");
  }

  #drop(/** @type {HTMLElement} */ element) {
    this.#boxes.get(element).field.remove();
    this.#boxes.delete(element);
    element.remove();
    this.#choose(null);
    this.#nameBoxes();
  }

  #place(/** @type {HTMLElement} */ element, /** @type {Sides} */ sides) {
    const box = this.#boxes.get(element);
    box.sides = sides;
    box.field.value = JSON.stringify(sides.map((side) => Number(side.toFixed(5))));
    const [left, top, width, height] = sides.map((side) => `${side * 100}%`);
    Object.assign(element.style, { left, top, width, height });
    this.#nameBoxes();
  }

  /* Write the number and the position of each box into its label. */
  #nameBoxes() {
    const { box: words, count, countOne } = this.form.dataset;
    let n = 0;
    for (const [element, { sides }] of this.#boxes) {
      n += 1;
      const [left, top, width, height] = sides.map((side) => String(Math.round(side * 100)));
      /** @type {Record<string, string>} */
      const values = { n: String(n), left, top, width, height };
      const label = words.replace(/\{(\w+)\}/g, (_all, name) => values[name]);
      element.setAttribute("aria-label", label);
    }
    this.form.querySelector("[data-boxes]").textContent =
      n === 1 ? countOne : count.replace("{n}", String(n));
  }

  #choose(/** @type {HTMLElement | null} */ element) {
    this.#chosen = element;
    for (const each of this.#boxes.keys()) each.classList.toggle("is-chosen", each === element);
    this.remover.disabled = !element;
  }

  /** @param {HTMLElement} element
      @param {Sides} from
      @param {number} across
      @param {number} down */
  #move(element, [x, y, width, height], across, down) {
    this.#place(element, [clamp(x + across, 0, 1 - width), clamp(y + down, 0, 1 - height), width, height]);
  }

  /** @param {HTMLElement} element
      @param {Sides} from
      @param {number} across
      @param {number} down */
  #resize(element, [x, y, width, height], across, down) {
    const sides = [clamp(width + across, MIN_SIDE, 1 - x), clamp(height + down, MIN_SIDE, 1 - y)];
    this.#place(element, [x, y, sides[0], sides[1]]);
  }

  /* Keyboard */

  #onKey(/** @type {Targeted<KeyboardEvent>} */ event) {
    const element = event.target.closest(".stage__box");
    if (!element || event.ctrlKey || event.metaKey || event.altKey) return;
    const arrow = ARROWS[event.key];
    if (arrow) {
      const by = /** @type {const} */ ([arrow[0] * STEP, arrow[1] * STEP]);
      const { sides } = this.#boxes.get(element);
      if (event.shiftKey) this.#resize(element, sides, ...by);
      else this.#move(element, sides, ...by);
      this.#say(element.getAttribute("aria-label"));
    } else if (event.key === "Delete" || event.key === "Backspace") {
      this.#remove(element);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /* Handle a pointer: it moves a box, resizes it at its corner, and draws a new box elsewhere. */

  #onPointer(/** @type {Targeted<PointerEvent>} */ event) {
    if (event.button !== 0) return;
    event.preventDefault();
    this.#endPreview();
    const [x, y] = this.#pointOf(event);
    const found = event.target.closest(".stage__box");
    const isGrip = event.target.closest("[data-grip]") !== null;
    const element = found ?? this.#add([x, y, 0, 0]);
    const { sides } = this.#boxes.get(element);
    const stop = new AbortController();
    const drag = (/** @type {PointerEvent} */ moved) => {
      const [toX, toY] = this.#pointOf(moved);
      const [across, down] = [toX - x, toY - y];
      if (!found)
        this.#place(element, [Math.min(x, toX), Math.min(y, toY), Math.abs(across), Math.abs(down)]);
      else if (isGrip) this.#resize(element, sides, across, down);
      else this.#move(element, sides, across, down);
    };
    const end = () => {
      stop.abort();
      if (!found) this.#settle(element);
    };
    element.focus({ preventScroll: true });
    this.stage.setPointerCapture(event.pointerId);
    this.stage.addEventListener("pointermove", drag, { signal: stop.signal });
    for (const name of ["pointerup", "pointercancel"])
      this.stage.addEventListener(name, end, { signal: stop.signal });
  }

  /** Return the position of an event in fractions of the picture. */
  #pointOf(/** @type {PointerEvent} */ { clientX, clientY }) {
    const { left, top, width, height } = this.stage.getBoundingClientRect();
    return [clamp((clientX - left) / width, 0, 1), clamp((clientY - top) / height, 0, 1)];
  }

  /* Remove a box that is too small, so that a tap draws nothing. */
  #settle(/** @type {HTMLElement} */ element) {
    const [, , width, height] = this.#boxes.get(element).sides;
    if (width < MIN_SIDE || height < MIN_SIDE) this.#drop(element);
    else this.#sayCount("added");
  }

  /* Toggle the preview of the redacted photo. */

  #togglePreview() {
    const isOn = this.stage.classList.toggle("is-preview");
    this.form.querySelector("[data-preview]").setAttribute("aria-pressed", String(isOn));
  }

  #endPreview() {
    if (this.stage.classList.contains("is-preview")) this.#togglePreview();
  }

  #sayCount(/** @type {"added" | "removed"} */ what) {
    this.#say(this.form.dataset[what].replace("{n}", String(this.#boxes.size)));
  }

  #say(/** @type {string} */ words) {
    this.form.querySelector("[data-says]").textContent = words;
  }
}

const started = /** @type {WeakSet<HTMLFormElement>} */ (new WeakSet());

function start() {
  for (const form of document.querySelectorAll("form[data-redact]"))
    if (!started.has(form)) {
      started.add(form);
      new Redaction(form);
    }
}

document.addEventListener("htmx:after:swap", start);
start();
