// The forms of a job's page that work without a signal: start, hold, hand back, note and before photo. Their
// values are stored on the phone and sent from there, at once or when there is a signal again.

import { CrewForm } from "./crew-form.js";
import { findMissing } from "./validate-completion.js";
import "./waiting-bar.js"; // loaded while there is a network
import "../lib/error-lines.js";
import { clearProblems, showProblems } from "../lib/error-summary.js";
import { findFields, putValue, readValues } from "../lib/form-values.js";
import { completions, findRows, isSafe, newRow, wasDiscarded } from "../outbox/completions.js";
import { isToSend } from "../outbox/outbox.js";

class KeptForm extends CrewForm {
  /** The key of the row that waits to be sent, for a form that is sent once.
      @type {string | null} */
  #waiting = null;

  /** `about` is the field with the form's key; its attributes describe the form. */
  constructor(/** @type {HTMLInputElement} */ about) {
    super(about.form, about.form.querySelector("[data-photos-field]"));
    const { kind } = about.dataset;
    this.about = about;
    this.isDoneOnce = "isDoneOnce" in about.dataset;
    this.panel = this.form.closest("details");
    this.later = document.querySelector(`[data-kept-later="${kind}"]`);
    this.next = document.querySelector(`[data-instead-of="${kind}"]`); // of a form that is sent once
    this.isReady = this.#restore();
    this.form.addEventListener("input", (event) => this.#onInput(event));
    this.form.addEventListener("submit", (event) => this.#submit(event));
    const hideLater = () => this.isDoneOnce || (this.later.hidden = true);
    completions.subscribe({ changed: () => this.#look(), sent: hideLater });
    this.listenForPhotos();
  }

  get #words() {
    return this.form.elements.words;
  }

  get #hasContent() {
    return Boolean(this.#words?.value.trim() || this.photos.length);
  }

  /** Run `act` after earlier input is stored.
      @override */
  runWhenReady(/** @type {() => Promise<void>} */ act) {
    this.isReady = this.isReady.then(act);
    return this.isReady;
  }

  /* What the phone stores */

  async #restore() {
    const { reference, user, kind } = this.about.dataset;
    const { draft, waiting } = await findRows(reference, user, kind);
    this.row = draft ?? null;
    if (draft && !this.#words?.value) this.#putBack(draft.fields); // the form has the refused text
    this.show();
    if (waiting && this.isDoneOnce) this.#showLater(waiting);
    if (this.photos.some(({ id }) => !id)) await this.sendPhotos();
  }

  #putBack(/** @type {Pair[]} */ pairs) {
    const isOpen = !this.panel || this.panel.open || location.hash === `#${this.about.dataset.kind}`;
    for (const [name, value] of pairs) {
      const fields = findFields(this.form, name).filter((field) => field.type !== "hidden");
      if (fields.length && name !== "photo") putValue(fields, value);
    }
    if (this.panel) this.panel.open = isOpen;
  }

  #onInput(/** @type {Targeted<Event, HTMLInputElement>} */ { target }) {
    if (target.type === "file") return;
    this.later.hidden = true;
    this.show();
    this.runWhenReady(() => this.keep());
  }

  async keep() {
    if (this.#hasContent) await super.keep();
    else if (this.row) {
      await completions.remove(this.row.key);
      this.row = null;
    }
  }

  /** Change the row; if another tab has sent it meanwhile, begin a new row.
      @override */
  async change(/** @type {(row: Completion) => void} */ act) {
    const isThere = this.row && (await completions.get(this.row.key));
    if (!isThere) {
      const { elements } = this.form;
      const values = {
        key: this.about.value,
        seen: elements.seen.value,
        path: this.form.getAttribute("action"),
      };
      this.row = newRow({ ...this.about.dataset, ...values });
    }
    await super.change(act);
    this.about.value = this.row.key;
  }

  /** @override */
  async addFiles(/** @type {File[]} */ files) {
    this.later.hidden = true;
    await super.addFiles(files);
  }

  show() {
    super.show();
    const unsent = this.panel?.querySelector("[data-unsent]");
    if (unsent) unsent.hidden = !this.#hasContent;
    const waiting = this.panel?.querySelector("[data-waiting-mark]");
    if (waiting) waiting.hidden = !this.#waiting;
  }

  /* Sending */

  #submit(/** @type {Event} */ event) {
    if (event.defaultPrevented) return;
    event.preventDefault();
    clearProblems();
    const problems = findMissing(this.form, this.photos);
    if (!problems.length) {
      this.runWhenReady(() => this.#send());
      return;
    }
    this.form.removeAttribute("data-sent"); // a form that can be sent once was not sent
    showProblems(this.form, problems);
  }

  async #send() {
    const { seen } = this.form.elements;
    await this.change((row) => {
      Object.assign(row, { fields: readValues(this.form), seen: seen.value, says: [], state: "waiting" });
    });
    const { state, then, row, page } = await this.deliver();
    this.form.removeAttribute("data-sent");
    if (state === "sent") location.assign(then ?? this.about.dataset.page);
    if (state === "sent" || !row) return;
    if (isToSend(row)) return this.#showLater(row);
    this.row = row;
    if (page) return this.#letCityAnswer();
    this.show();
    this.showRefusal();
  }

  /* Submit the form to the server, whose page shows what happened, with the typed values. Delete the row if
     it has no content. */
  async #letCityAnswer() {
    if (!this.#hasContent) await completions.remove(this.row.key);
    for (const { id } of this.photos)
      if (id) {
        const field = { type: "hidden", name: "photo", value: id };
        this.form.append(Object.assign(document.createElement("input"), field));
      }
    this.form.submit();
  }

  /* The row waits on the phone: the form is empty again, or is replaced by what comes next */

  #showLater(/** @type {Completion} */ { key, state }) {
    this.#say(state === "signed-out" ? "signedOut" : isSafe(key) ? "waits" : "fragile");
    this.later.hidden = false;
    completions.update(key, (row) => (row.isLater = true));
    navigator.storage?.persist?.(); // so that the browser does not evict it
    this.row = null;
    if (this.isDoneOnce) {
      this.#waiting = key;
      this.#showForm(false);
    } else this.#clear();
    this.show();
    if (this.panel?.open || !this.panel) this.later.scrollIntoView({ block: "center" });
  }

  #say(/** @type {string} */ which) {
    const line = this.later.querySelector("[data-says]");
    line.textContent = line.dataset[which];
  }

  #clear() {
    if (this.#words) this.#words.value = "";
    for (const field of this.form.querySelectorAll("input:checked")) field.checked = false;
  }

  #showForm(/** @type {boolean} */ isShown) {
    this.form.hidden = !isShown;
    if (this.next) this.next.hidden = isShown;
  }

  /* Show that the waiting row was sent or discarded, here or by another tab. */
  async #look() {
    if (!this.#waiting || (await completions.get(this.#waiting))) return;
    const wasSent = !wasDiscarded(this.#waiting);
    this.#waiting = null;
    this.#say("went");
    this.later.hidden = !wasSent;
    this.later.toggleAttribute("data-is-sent", wasSent);
    this.later.querySelector("[data-icon-waits]").hidden = wasSent;
    for (const part of this.later.querySelectorAll("[data-icon-sent], [data-sent-on]"))
      part.hidden = !wasSent;
    if (!wasSent) this.#showForm(true);
    this.show();
  }
}

for (const about of document.querySelectorAll("input[data-kept]")) new KeptForm(about);
