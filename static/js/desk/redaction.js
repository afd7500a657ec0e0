/* Black boxes on a photo: drawn, moved and resized with a mouse, a finger or the keyboard. The form
   sends each as JSON [x, y, width, height] in fractions of the upright picture, as it does without
   this module by its list of fields. */

const LEAST = 0.01; // of the picture's side
const STEP = 0.01;
const FIRST = [0.4, 0.4, 0.2, 0.2]; // where a box lies that was added by key
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const within = (/** @type {string} */ value, least, most) => Math.min(most, Math.max(least, value));

class Redaction {
  constructor(/** @type {HTMLFormElement} */ form) {
    this.form = form;
    this.stage = form.querySelector("[data-draw]");
    this.fields = form.querySelector("[data-boxes-as-fields]");
    this.mold = form.querySelector("[data-new-box]").content.firstElementChild;
    this.chosen = null;
    const sent = [...form.querySelectorAll("[name=box]:checked")].map((field) => JSON.parse(field.value));
    this.fields.remove();
    this.stage.querySelector("[data-drawn]").remove();
    for (const name of ["data-tools", "data-help"]) form.querySelector(`[${name}]`).hidden = false;
    for (const box of sent) this.add(box);
    this.listen();
    this.say("");
  }

  listen() {
    const on = (/** @type {string} */ name, act) =>
      this.form.querySelector(`[data-${name}]`).addEventListener("click", act);
    on("add", () => this.addByKey());
    on("remove", () => this.remove(this.chosen));
    on("preview", (event) => this.preview(event.currentTarget));
    this.stage.addEventListener("pointerdown", (/** @type {Targeted<PointerEvent>} */ event) =>
      this.onPointer(event),
    );
    this.stage.addEventListener("keydown", (/** @type {Targeted<KeyboardEvent>} */ event) =>
      this.onKey(event),
    );
    this.stage.addEventListener("focusin", (/** @type {Targeted<FocusEvent>} */ event) =>
      this.choose(event.target.closest(".stage__box")),
    );
  }

  /* Boxes */

  add(/** @type {HTMLElement} */ box) {
    const element = this.mold.cloneNode(true);
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = "box";
    element.field = field;
    this.stage.append(element);
    this.form.append(field);
    this.place(element, box);
    return element;
  }

  addByKey() {
    const shift = (this.boxes.length % 5) * 0.04;
    const element = this.add([FIRST[0] + shift, FIRST[1] + shift, FIRST[2], FIRST[3]]);
    this.endPreview();
    element.focus();
    this.say(this.form.dataset.added.replace("{n}", this.boxes.length));
  }

  remove(/** @type {HTMLElement} */ element) {
    if (!element) return;
    this.drop(element);
    const next = this.boxes.at(-1) ?? this.form.querySelector("[data-add]");
    next.focus();
    this.say(this.form.dataset.removed.replace("{n}", this.boxes.length));
  }

  drop(/** @type {HTMLElement} */ element) {
    element.field.remove();
    element.remove();
    this.choose(null);
    this.name();
  }

  get boxes() {
    return [...this.stage.querySelectorAll(".stage__box")];
  }

  place(/** @type {HTMLElement} */ element, [x, y, width, height]) {
    element.box = [x, y, width, height];
    element.field.value = JSON.stringify(element.box.map((side) => Number(side.toFixed(5))));
    for (const [name, side] of [
      ["left", x],
      ["top", y],
      ["width", width],
      ["height", height],
    ]) {
      element.style[name] = `${side * 100}%`;
    }
    this.name();
  }

  /* Each box says its number and where it lies. */
  name() {
    const { box: words, count, countOne } = this.form.dataset;
    this.boxes.forEach((element, index) => {
      const [left, top, width, height] = element.box.map((side) => Math.round(side * 100));
      const values = { n: index + 1, left, top, width, height };
      element.setAttribute(
        "aria-label",
        words.replace(/\{(\w+)\}/g, (all, /** @type {string} */ name) => values[name]),
      );
    });
    const { length } = this.boxes;
    this.form.querySelector("[data-boxes]").textContent =
      length === 1 ? countOne : count.replace("{n}", length);
  }

  choose(/** @type {HTMLElement} */ element) {
    this.chosen = element;
    for (const one of this.boxes) one.classList.toggle("is-chosen", one === element);
    this.form.querySelector("[data-remove]").disabled = !element;
  }

  move(/** @type {HTMLElement} */ element, across, down) {
    const [x, y, width, height] = element.box;
    this.place(element, [within(x + across, 0, 1 - width), within(y + down, 0, 1 - height), width, height]);
  }

  resize(/** @type {HTMLElement} */ element, across, down) {
    const [x, y, width, height] = element.box;
    this.place(element, [x, y, within(width + across, LEAST, 1 - x), within(height + down, LEAST, 1 - y)]);
  }

  /* Keyboard */

  onKey(/** @type {Targeted<KeyboardEvent>} */ event) {
    const element = event.target.closest(".stage__box");
    if (!element || event.ctrlKey || event.metaKey || event.altKey) return;
    const arrow = ARROWS[event.key];
    if (arrow) {
      const act = event.shiftKey ? this.resize : this.move;
      act.call(this, element, arrow[0] * STEP, arrow[1] * STEP);
      this.say(element.getAttribute("aria-label"));
    } else if (event.key === "Delete" || event.key === "Backspace") {
      this.remove(element);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /* Pointer: on a box it moves, at its corner it resizes, elsewhere a new one is drawn. */

  onPointer(/** @type {Targeted<PointerEvent>} */ event) {
    if (event.button !== 0) return;
    event.preventDefault();
    this.endPreview();
    const start = this.at(event);
    const found = event.target.closest(".stage__box");
    const isNew = !found;
    const element = found ?? this.add([start[0], start[1], 0, 0]);
    const before = [...element.box];
    const name = isNew ? "draw" : event.target.closest("[data-grip]") ? "stretch" : "shift";
    const drag = (...moved) => this[name](...moved);
    element.focus({ preventScroll: true });
    this.follow(
      event,
      (at) => drag(element, start, at, before),
      () => isNew && this.settle(element),
    );
  }

  follow(event, onMove, onEnd) {
    const { pointerId } = event;
    const stop = new AbortController();
    const options = { signal: stop.signal };
    const end = () => {
      stop.abort();
      onEnd();
    };
    this.stage.setPointerCapture(pointerId);
    this.stage.addEventListener("pointermove", (moved) => onMove(this.at(moved)), options);
    this.stage.addEventListener("pointerup", end, options);
    this.stage.addEventListener("pointercancel", end, options);
  }

  at(event) {
    const { left, top, width, height } = this.stage.getBoundingClientRect();
    return [within((event.clientX - left) / width, 0, 1), within((event.clientY - top) / height, 0, 1)];
  }

  draw(/** @type {HTMLElement} */ element, start, at) {
    const [left, top] = [Math.min(start[0], at[0]), Math.min(start[1], at[1])];
    this.place(element, [left, top, Math.abs(at[0] - start[0]), Math.abs(at[1] - start[1])]);
  }

  shift(/** @type {HTMLElement} */ element, start, at, [x, y]) {
    const [left, top] = element.box;
    this.move(element, x + at[0] - start[0] - left, y + at[1] - start[1] - top);
  }

  stretch(/** @type {HTMLElement} */ element, start, at, [, , width, height]) {
    const [, , wide, high] = element.box;
    this.resize(element, width + at[0] - start[0] - wide, height + at[1] - start[1] - high);
  }

  /* A tap draws nothing. */
  settle(/** @type {HTMLElement} */ element) {
    const [, , width, height] = element.box;
    if (width < LEAST || height < LEAST) this.drop(element);
    else this.say(this.form.dataset.added.replace("{n}", this.boxes.length));
  }

  /* Preview: as everyone will see it. */

  preview(/** @type {HTMLButtonElement} */ button) {
    const isOn = this.stage.classList.toggle("is-preview");
    button.setAttribute("aria-pressed", isOn);
  }

  endPreview() {
    if (this.stage.classList.contains("is-preview")) this.preview(this.form.querySelector("[data-preview]"));
  }

  say(/** @type {string} */ words) {
    this.form.querySelector("[data-says]").textContent = words;
  }
}

const started = new WeakSet();

function start() {
  for (const form of document.querySelectorAll("form[data-redact]")) {
    if (started.has(form)) continue;
    started.add(form);
    new Redaction(form);
  }
}

document.addEventListener("htmx:after:swap", start);
start();
