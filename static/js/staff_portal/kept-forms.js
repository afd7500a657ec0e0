// The forms of a job's page that work without a signal: start, hold, hand back, note and before photo.
// What is filled in is kept on the phone, and sent from there, at once or when there is a signal again.

import { alter, begin, completions, isSafe, unsent, wasDiscarded, whatWaits } from "../outbox/completions.js";
import { isToSend } from "../outbox/outbox.js";
import { lacksOf } from "./validate-completion.js";
import { dressPhotosField } from "./photos-field.js";
import { taken } from "./photos.js";
import "../lib/error-lines.js";
import { clearProblems, showProblems } from "../lib/error-summary.js";
import { fieldsOf, putValue, valuesOf } from "../lib/form-values.js";
import "./waiting-bar.js"; // as long as there is a network

/** Takes over the form of `about`, its input `key`. */
function dress(about) {
  const { form } = about;
  const { kind, reference, user } = about.dataset;
  const isDoneOnce = "isDoneOnce" in about.dataset;
  const panel = form.closest("details");
  const later = document.querySelector(`[data-kept-later="${kind}"]`);
  const photos = dressPhotosField(form, { add: addPhotos, drop: dropPhoto });
  let row = null; // what the phone keeps of it
  let waiting = null; // the key of what waits to be sent, of a form that is done once
  let isDone = Promise.resolve(); // what is to be kept, in the order in which it was typed

  const seen = () => form.elements.seen.value;
  const hasContent = () => Boolean(form.elements.words?.value.trim() || row?.photos.length);

  function mark() {
    const unsentMark = panel?.querySelector("[data-unsent]");
    if (unsentMark) unsentMark.hidden = !hasContent();
    const waitingMark = panel?.querySelector("[data-waiting-mark]");
    if (waitingMark) waitingMark.hidden = !waiting;
  }

  async function restore() {
    row = (await unsent(reference, user, kind)) ?? null;
    if (row && !form.elements.words?.value) giveBack(row.fields); // what the city refused stands in the form
    showPhotos();
    const [first] = isDoneOnce ? await whatWaits(reference, user, kind) : [];
    if (first) showLater(first);
    else mark();
    if (row?.photos.some(({ id }) => !id)) await upload();
  }

  function giveBack(pairs) {
    const isOpen = !panel || panel.open || location.hash === `#${kind}`;
    for (const [name, value] of pairs) {
      const fields = fieldsOf(form, name).filter((field) => field.type !== "hidden");
      if (fields.length && fields[0].name !== "photo") putValue(fields, value);
    }
    if (panel) panel.open = isOpen;
  }

  const showPhotos = () => photos?.show(row?.photos ?? []);

  function typed({ target }) {
    if (target.type === "file") return;
    later.hidden = true;
    mark();
    isDone = isDone.then(keep);
  }

  async function keep() {
    if (hasContent()) await change((kept) => (kept.fields = valuesOf(form)));
    else if (row) {
      await completions.remove(row.key);
      row = null;
    }
  }

  /* What another tab has sent meanwhile is over: this is a form of its own. */
  async function change(act) {
    const isThere = row && (await completions.get(row.key));
    if (!isThere) {
      const values = { key: about.value, seen: seen(), path: form.getAttribute("action") };
      row = begin({ ...about.dataset, ...values });
    }
    row = await alter(row, act);
    about.value = row.key;
  }

  function addPhotos(files) {
    later.hidden = true;
    isDone = isDone.then(() => keepPhotos(files));
    return isDone;
  }

  async function keepPhotos(files) {
    for (const file of files) {
      const photo = await taken(file, row?.photos ?? []);
      if (!photo) photos.sayNothingCame();
      else
        await change((kept) => {
          kept.photos.push(photo);
          kept.fields = valuesOf(form);
        });
      showPhotos();
      mark();
    }
    if (row?.photos.length) await upload();
  }

  async function dropPhoto(n) {
    await change((kept) => (kept.photos = kept.photos.filter((photo) => photo.n !== n)));
    showPhotos();
    await keep();
    mark();
  }

  async function upload() {
    const { row: now, state } = await completions.deliver(row.key, photos.showProgress);
    if (now && row?.key === now.key) row = now;
    showPhotos();
    photos.showAtRest(row?.photos ?? []);
    if (state === "refused") photos.complain(row.says.join(" "));
  }

  function submit(event) {
    if (event.defaultPrevented) return;
    event.preventDefault();
    clearProblems();
    const problems = lacksOf(form, row?.photos ?? []);
    if (!problems.length) {
      isDone = isDone.then(send);
      return;
    }
    form.removeAttribute("data-sent"); // a form that is sent once has not been
    showProblems(form, problems);
  }

  async function send() {
    await change((kept) => {
      Object.assign(kept, { fields: valuesOf(form), seen: seen(), says: [], state: "waiting" });
    });
    const { state, then, row: now, page } = await completions.deliver(row.key, photos?.showProgress);
    form.removeAttribute("data-sent");
    if (state === "sent") location.assign(then ?? about.dataset.page);
    else if (now && isToSend(now)) showLater(now);
    else if (page) await letCityAnswer(now);
    else if (now) showRefused(now);
  }

  /* The city's own page says what happened, with what was typed; nothing else of it needs to be kept. */
  async function letCityAnswer(now) {
    row = now;
    if (!hasContent()) await completions.remove(now.key);
    for (const { id } of now.photos) if (id) form.append(hidden("photo", id));
    form.submit();
  }

  function showRefused(now) {
    row = now;
    showPhotos();
    showProblems(
      form,
      now.says.map((words) => ({ words })),
    );
  }

  function showLater({ key, state }) {
    const says = later.querySelector("[data-says]");
    says.textContent = says.dataset[state === "signed-out" ? "signedOut" : isSafe(key) ? "waits" : "fragile"];
    later.hidden = false;
    completions.update(key, (kept) => (kept.isLater = true));
    navigator.storage?.persist?.(); // so that the phone does not tidy it away
    row = null;
    if (isDoneOnce) {
      waiting = key;
      showForm(false);
    } else clear();
    mark();
    if (panel?.open || !panel) later.scrollIntoView({ block: "center" });
  }

  function clear() {
    if (form.elements.words) form.elements.words.value = "";
    for (const field of form.querySelectorAll(":checked")) field.checked = false;
    showPhotos();
  }

  /* In the place of a form that is done once is what comes next. */
  function showForm(isShown) {
    form.hidden = !isShown;
    const next = document.querySelector(`[data-instead-of="${kind}"]`);
    if (next) next.hidden = isShown;
  }

  /* What waited was sent, or discarded, here or by another tab. */
  async function look() {
    if (!waiting || (await completions.get(waiting))) return;
    const wasSent = !wasDiscarded(waiting);
    waiting = null;
    later.hidden = !wasSent;
    const says = later.querySelector("[data-says]");
    says.textContent = says.dataset.went;
    later.toggleAttribute("data-is-sent", wasSent);
    later.querySelector("[data-icon-waits]").hidden = wasSent;
    later.querySelector("[data-icon-sent]").hidden = !wasSent;
    later.querySelector("[data-sent-on]").hidden = !wasSent;
    if (!wasSent) showForm(true);
    mark();
  }

  isDone = restore();
  form.addEventListener("input", typed);
  form.addEventListener("submit", submit);
  completions.subscribe({ changed: look, sent: () => isDoneOnce || (later.hidden = true) });
}

function hidden(name, value) {
  return Object.assign(document.createElement("input"), { type: "hidden", name, value });
}

document.querySelectorAll("[data-kept]").forEach(dress);
