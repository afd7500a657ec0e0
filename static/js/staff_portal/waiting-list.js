// The list of rows that wait to be sent, over any page of a crew; it works without a network.

import { askBeforeDiscard } from "../lib/discard.js";
import { copyTemplate } from "../lib/template.js";
import { completions, discard, valueOf } from "../outbox/completions.js";
import { isToSend } from "../outbox/outbox.js";

const sheet = document.querySelector("dialog[data-queue-sheet]");
const list = sheet.querySelector("[data-queue-list]");
const lines = /** @type {Map<string, HTMLElement>} */ (new Map()); // a row's key to its line
/** @type {() => void} */
let sendNow;

/** Let `bar` open the list; `send` is called when a person wants something sent now. */
export function prepareSheet(/** @type {HTMLElement} */ bar, /** @type {() => void} */ send) {
  sendNow = send;
  bar.addEventListener("click", () => sheet.showModal());
  sheet.querySelector("[data-close]").addEventListener("click", () => sheet.close());
  sheet.addEventListener("click", ({ target }) => target === sheet && sheet.close());
}

/** Render a line for each of `rows`, without moving existing lines. */
export function drawSheet(/** @type {Completion[]} */ rows) {
  for (const [key, line] of lines) if (!rows.some((row) => row.key === key)) removeLine(key, line);
  for (const row of rows) writeLine(lines.get(row.key) ?? addLine(row), row);
  sheet.querySelector("[data-nothing]").hidden = rows.length > 0;
}

/** Show the share of this row's photo `n` that was sent, from 0 to 1.
    @type {(row: Completion, n: number, share: number) => void} */
export function showSending(row, n, share) {
  const progress = lines.get(row.key)?.querySelector("progress");
  if (!progress) return;
  const before = row.photos.filter((photo) => photo.n < n);
  const bytes = (/** @type {KeptPhoto[]} */ photos) => photos.reduce((sum, { blob }) => sum + blob.size, 0);
  const now = row.photos.filter((photo) => photo.n === n);
  progress.max = bytes(row.photos);
  progress.value = bytes(before) + share * bytes(now);
  progress.hidden = progress.value >= progress.max;
}

function addLine(/** @type {Completion} */ row) {
  const line = copyTemplate(document.querySelector("[data-queue-line]"));
  line.querySelector("[data-name]").textContent = row.name;
  line.querySelector("[data-place]").textContent = row.place;
  line.querySelector("[data-send]").addEventListener("click", () => sendAnyway(row.key));
  askBeforeDiscard(line, () => discard(row.key));
  lines.set(row.key, line);
  list.append(line);
  return line;
}

function writeLine(/** @type {HTMLElement} */ line, /** @type {Completion} */ row) {
  const { dataset } = line;
  const moved = row.state === "gone" ? row.moved : null;
  const isOpen = moved || ["changed", "refused", "draft"].includes(row.state);
  const state = dataset[row.state === "signed-out" ? "signedOut" : row.state];
  line.querySelector("[data-state]").textContent = moved?.where ?? state;
  line.querySelector("[data-said]").textContent = row.kind ? valueOf(row, "words") : "";
  line.querySelector("[data-send]").hidden = !isToSend(row) && row.state !== "changed" && !moved;
  const again = row.state === "changed" ? dataset.sendAnyway : dataset.sendNow;
  line.querySelector("[data-send] span").textContent = moved?.send ?? again;
  line.querySelector("a[data-open]").href = row.page && !moved ? `${row.page}#${row.kind}` : row.path;
  line.querySelector("a[data-open]").hidden = !isOpen;
  line.querySelector("[data-sign-in]").hidden = row.state !== "signed-out";
  const says = line.querySelector("[data-says]");
  const words = row.state === "refused" && !row.says.length ? [dataset.look] : row.says;
  says.replaceChildren(
    ...words.map((text) => Object.assign(document.createElement("li"), { textContent: text })),
  );
  says.hidden = !words.length;
  if (line.querySelectorAll("img").length !== row.photos.length) showPhotos(line, row);
}

function showPhotos(/** @type {HTMLElement} */ line, /** @type {Completion} */ row) {
  releasePictures(line);
  const pictures = row.photos.map(({ blob }) => {
    const picture = new Image(56, 56);
    picture.src = URL.createObjectURL(blob);
    picture.alt = "";
    return picture;
  });
  line.querySelector("[data-shots]").replaceChildren(...pictures);
}

/* Send a row with the newest event marked as seen, or to the current assignee of the job, after the person
   has read what happened. */
async function sendAnyway(/** @type {string} */ key) {
  await completions.update(key, (row) => {
    if (row.state === "gone") {
      row.path = row.moved.path;
      row.fields = row.fields.map(([name, value]) => [name === "words" ? "note" : name, value]); // for a note
    }
    row.state = "waiting";
    row.says = [];
  });
  sendNow();
}

function releasePictures(/** @type {HTMLElement} */ line) {
  for (const picture of line.querySelectorAll("img")) URL.revokeObjectURL(picture.src);
}

function removeLine(/** @type {string} */ key, /** @type {HTMLElement} */ line) {
  releasePictures(line);
  line.remove();
  lines.delete(key);
}
