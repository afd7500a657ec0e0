// A crew's form that the phone stores while it is filled in: its row in the outbox, and its photos.

import { showProblems } from "../lib/error-summary.js";
import { readValues } from "../lib/form-values.js";
import { takeFitting } from "../lib/photo-preview.js";
import { completions, updateRow } from "../outbox/completions.js";
import { PhotoTiles, readPhoto } from "./photos.js";

export class CrewForm {
  /** The row stored on the phone.
      @type {Completion | null} */
  row = null;
  isReady = Promise.resolve(); // resolves once the stored values are in the form

  /** `field` is the part with the photos and their messages. */
  constructor(/** @type {HTMLFormElement} */ form, /** @type {HTMLElement | null} */ field) {
    this.form = form;
    this.field = field;
    this.tiles = field ? new PhotoTiles(field.querySelector("[data-photos]"), (n) => this.#drop(n)) : null;
  }

  get photos() {
    return this.row?.photos ?? [];
  }

  /** Take photos when they are chosen, and those chosen before this script had loaded. */
  listenForPhotos() {
    for (const input of this.field?.querySelectorAll("input[data-add]") ?? []) {
      const choose = () => {
        const files = [...input.files];
        input.value = "";
        this.runWhenReady(() => this.addFiles(files));
      };
      input.addEventListener("change", choose);
      if (input.files.length) choose();
    }
  }

  async addFiles(/** @type {File[]} */ files) {
    const { dataset } = this.field;
    const sent = this.field.querySelectorAll("[name=photo]:checked").length; // sent earlier
    for (const file of takeFitting(files, this.photos.length + sent, dataset, this.#problem)) {
      const photo = await readPhoto(file, this.photos);
      if (photo)
        await this.change((row) => {
          row.photos.push(photo);
          row.fields = readValues(this.form);
        });
      else this.sayNothingCame();
      this.show();
    }
    if (this.photos.length) await this.sendPhotos();
  }

  /** Send the row; of a draft, only its photos. */
  deliver() {
    return completions.deliver(this.row.key, (n, share) => this.tiles?.showProgress(n, share));
  }

  async sendPhotos() {
    const { row, state } = await this.deliver();
    if (row && row.key === this.row?.key) this.row = row;
    this.show();
    this.tiles.showAtRest(this.photos);
    if (state === "refused") this.complain(this.row.says.join(" "));
  }

  async #drop(/** @type {number} */ n) {
    await this.change((row) => (row.photos = row.photos.filter((photo) => photo.n !== n)));
    await this.keep();
    this.show();
  }

  async change(/** @type {(row: Completion) => void} */ act) {
    this.row = await updateRow(this.row, act);
  }

  runWhenReady(/** @type {() => Promise<void>} */ act) {
    return this.isReady.then(act);
  }

  async keep() {
    await this.change((row) => (row.fields = readValues(this.form)));
  }

  show() {
    this.tiles?.show(this.photos);
  }

  get #problem() {
    return this.field.querySelector("[data-problem]");
  }

  complain(/** @type {string} */ words) {
    this.#problem.textContent = words;
  }

  sayNothingCame() {
    this.complain(this.field.dataset.nothing);
  }

  showRefusal() {
    const problems = this.row.says.map((words) => ({ words }));
    showProblems(this.form, problems);
  }
}
