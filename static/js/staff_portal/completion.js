// The form that completes a job, or hands work over to its current assignee. All of it is stored on the phone
// while it is filled in. Sending puts it into the outbox and tries at once.

import { markPressed } from "./chips.js";
import { CrewForm } from "./crew-form.js";
import { createProof } from "./proof.js";
import { findMissing, isHandover } from "./validate-completion.js";
import "./waiting-bar.js"; // loaded while there is a network
import { askBeforeDiscard } from "../lib/discard.js";
import { clearErrors } from "../lib/error-lines.js";
import { clearProblems, showProblems } from "../lib/error-summary.js";
import { findFields, putValue, readValues } from "../lib/form-values.js";
import { showAllWhenReady } from "../lib/photo-preview.js";
import {
  completions,
  discard,
  findCompletion,
  isSafe,
  newRow,
  valueOf,
  wasDiscarded,
} from "../outbox/completions.js";
import { isToSend } from "../outbox/outbox.js";

const NOT_KEPT = ["seen", "key", "by", "here", "photo"]; // the page's own values are newer
const ASK_FOR_PHOTO = ["camera", "completion-no_photo_reason_0", "handover-note"]; // ids
/** @type {Record<string, string>} */
const LATER = {
  waiting: "waits",
  "signed-out": "signedOut",
  gone: "gone",
  sent: "went",
  discarded: "discarded",
};

/** @type {CompletionForm | null} */
let current; // the form on the page now: the server's form replaces a refused one

completions.subscribe({ changed: () => current?.look() });
addEventListener("online", () => current?.goOn());

/** Initialize the form on the page, also one that another script inserted. */
export function start() {
  const form = document.querySelector("form#finish");
  current = form ? new CompletionForm(form) : null;
  return current?.isReady;
}

export const addFiles = (/** @type {File[]} */ files) => current.runWhenReady(() => current.addFiles(files));

export const cameBackEmpty = () => current.cameBackEmpty();

class CompletionForm extends CrewForm {
  #later = document.querySelector("[data-later]");
  #isBusy = false;

  constructor(/** @type {HTMLFormElement} */ form) {
    super(form, form);
    this.proof = createProof(form);
    this.isReady = this.#restore();
    this.listenForPhotos();
    for (const input of form.querySelectorAll("[data-add]"))
      input.addEventListener("cancel", () => this.cameBackEmpty());
    form.addEventListener("submit", (event) => this.#submit(event));
    form.addEventListener("input", (event) => this.#keepTyped(event));
    form.addEventListener("change", (event) => this.#keepTyped(event));
    this.#laterPart("now").addEventListener("click", () => this.#sendNow());
    this.#laterPart("change").addEventListener("click", () => this.#goBack());
  }

  /* What the phone stores */

  async #restore() {
    const { form } = this;
    const { key, by, seen } = form.elements;
    const about = { key: key.value, user: by.value, seen: seen.value, path: form.getAttribute("action") };
    this.row =
      (await findCompletion(form.dataset.reference, by.value)) ?? newRow({ ...form.dataset, ...about });
    if (isHandover(form)) await this.#takeNotes();
    showAllWhenReady(form);
    for (const [name, value] of this.row.fields) if (!NOT_KEPT.includes(name)) this.#fill(name, value);
    const { state, says, fields } = this.row;
    if (this.photos.length || fields.length) form.hidden = false; // also if it cannot be sent now
    this.show();
    if (isHandover(form)) askBeforeDiscard(form.querySelector("[data-discarding]"), () => this.#discard());
    else if (state === "gone") return this.#showLater(state);
    if (isToSend(this.row)) return this.#showLater(state);
    const isRefused = state !== "draft" && says.length; // of a draft, only a photo was refused
    if (isRefused && !document.querySelector(".error-summary")) this.showRefusal();
    if (this.photos.some(({ id }) => !id)) this.sendPhotos();
    return undefined;
  }

  /* Move text and photos into this form that were added on the job's page and not sent before the job was
     reassigned. */
  async #takeNotes() {
    const { reference, user } = this.row;
    const rows = await completions.all({ reference, user });
    for (const note of rows.filter((row) => row.kind && !isToSend(row))) {
      const words = [valueOf(this.row, "note"), valueOf(note, "words")].filter(Boolean).join("\n");
      await this.change((row) => {
        const next = 1 + Math.max(0, ...row.photos.map(({ n }) => n));
        row.fields = [...row.fields.filter(([name]) => name !== "note"), ["note", words]];
        row.photos.push(...note.photos.map((photo, at) => ({ ...photo, n: next + at })));
      });
      await completions.remove(note.key);
    }
  }

  #fill(/** @type {string} */ name, /** @type {string} */ value) {
    const fields = findFields(this.form, name);
    putValue(fields, value);
    if (fields.length === 1) markPressed(fields[0]);
  }

  async #keepTyped(/** @type {Targeted<Event, HTMLInputElement>} */ { target }) {
    await this.isReady;
    if (target.name === "no_photo_reason") clearErrors("camera");
    if (target.type !== "file") await this.keep();
  }

  async #discard() {
    await discard(this.row.key);
    location.assign(this.form.dataset.then);
  }

  /* Photos */

  /** @override */
  async addFiles(/** @type {File[]} */ files) {
    await this.#clearRefusal();
    await super.addFiles(files);
  }

  /* Clear the server's message about the last choice of files; a line that leads to a field stays until the
     field is valid. */
  async #clearRefusal() {
    if (!this.row.says.length || !["draft", "refused"].includes(this.row.state)) return;
    await this.change((row) => (row.says = []));
    if (!document.querySelector(".error-summary a")) clearProblems();
  }

  /** Send the photos that were taken without a signal, while the rest is still being filled in. */
  goOn() {
    if (this.row?.state === "draft" && this.photos.some(({ id }) => !id)) this.sendPhotos();
  }

  async cameBackEmpty() {
    await this.isReady;
    if (!this.photos.length) this.sayNothingCame();
  }

  /** Show the message, and open the reasons for no photo. */
  sayNothingCame() {
    super.sayNothingCame();
    if (!this.photos.length) this.form.querySelector("[data-nophoto]")?.setAttribute("open", "");
  }

  show() {
    super.show();
    const hasPhoto = this.photos.length > 0;
    const discarding = this.form.querySelector("[data-discarding]");
    if (discarding) discarding.hidden = !hasPhoto && !this.row.fields.length;
    const camera = this.form.querySelector("[data-cam]");
    camera.textContent = hasPhoto ? camera.dataset.more : camera.dataset.first;
    if (!hasPhoto) return;
    this.form.querySelector("[data-nophoto]")?.removeAttribute("open"); // a photo needs no reason
    ASK_FOR_PHOTO.forEach(clearErrors);
  }

  /* Sending */

  async #submit(/** @type {Event} */ event) {
    event.preventDefault();
    if (this.#isBusy) return;
    this.#isBusy = true;
    this.form.setAttribute("data-busy", "");
    await this.#attempt();
    this.form.removeAttribute("data-busy");
    this.#isBusy = false;
  }

  async #attempt() {
    await this.isReady;
    const problems = await this.#findProblems();
    if (problems.length) return showProblems(this.form, problems);
    this.#say(this.form.dataset.sending);
    await this.change((row) => {
      row.fields = readValues(this.form);
      row.path = this.form.getAttribute("action"); // differs from before if the job was reassigned
      row.state = "waiting";
      row.says = [];
    });
    return this.#sendNow();
  }

  /* Return what is missing, without a wait; the phone's position may take a moment. */
  async #findProblems() {
    const missing = findMissing(this.form, this.photos);
    if (missing.length) return missing;
    this.#say(this.form.dataset.locating);
    await this.proof.settled();
    this.#say("");
    return this.proof.problems(this.photos);
  }

  async #sendNow() {
    const { row, state, then, page } = await this.deliver();
    this.#say("");
    if (["sent", "discarded"].includes(state)) return location.assign(then ?? this.form.dataset.then);
    this.row = row;
    this.tiles.showAtRest(this.photos);
    const hasMoved = state === "gone" && row.moved;
    const needsYou = hasMoved || ["changed", "refused"].includes(state);
    if (!needsYou && row.state === "draft") return undefined; // a person is changing it
    if (!needsYou) return this.#showLater(row.state);
    if (page) return replaceForm(page);
    if (hasMoved) return location.reload(); // the upload of the photos already got this response
    this.show();
    return this.showRefusal();
  }

  #say(words = "") {
    this.form.querySelector("[data-says]").textContent = words;
  }

  /* The row is stored on the phone, or finished: the form is replaced by what happens next */

  #laterPart(/** @type {string} */ name) {
    return this.#later.querySelector(`[data-later-${name}]`);
  }

  #showLater(/** @type {string} */ kind) {
    const isFragile = kind === "waiting" && !isSafe(this.row.key);
    this.#laterPart("says").textContent = this.#later.dataset[isFragile ? "fragile" : LATER[kind]];
    const isOver = ["sent", "gone", "discarded"].includes(kind);
    for (const part of this.#later.querySelectorAll("[data-later-waits]")) part.hidden = isOver;
    for (const part of this.#later.querySelectorAll("[data-later-signal]")) part.hidden = kind !== "waiting";
    this.#laterPart("sent").hidden = kind !== "sent";
    this.#laterPart("job").hidden = !["sent", "discarded"].includes(kind);
    this.#laterPart("gone").hidden = kind !== "gone";
    this.#laterPart("sign-in").hidden = kind !== "signed-out";
    navigator.storage?.persist?.(); // so that the browser does not evict it
    const isNew = this.#later.hidden;
    this.form.hidden = true;
    this.#later.hidden = false;
    clearProblems();
    if (!isNew) return;
    window.scrollTo(0, 0);
    this.#later.focus({ preventScroll: true });
  }

  async #goBack() {
    await this.change((row) => (row.state = "draft"));
    this.#later.hidden = true;
    this.form.hidden = false;
  }

  async look() {
    if (this.#later.hidden || this.#isBusy) return;
    const now = await completions.get(this.row.key);
    if (!now) this.#showLater(wasDiscarded(this.row.key) ? "discarded" : "sent");
    else if (["changed", "refused", "gone"].includes(now.state) && now.state !== this.row.state)
      location.reload();
    else if (isToSend(now)) this.#showLater(now.state);
  }
}

/** Show the server's page, with what happened and every field as it was sent. */
function replaceForm(/** @type {Document} */ page) {
  document.querySelector("main").replaceWith(document.adoptNode(page.querySelector("main")));
  start();
  const problem = document.querySelector(".error-summary, .usa-error-message");
  problem?.scrollIntoView({ block: "center" });
  problem?.setAttribute("tabindex", "-1");
  problem?.focus({ preventScroll: true });
}

start();
