// The photos of a reply: straight to the bucket where that is open, else with their form. Either way
// their progress is seen, and where the connection is cut the form is still there, and goes again.

import { enhance } from "./form-enhance.js";
import { sendStraight } from "./direct-upload.js";
import { dressChoice } from "./photo-choice.js";
import { showShare, transfer } from "./upload.js";

prepareAll(document);

function prepareAll(root) {
  for (const place of root.querySelectorAll("[data-photo-input]")) {
    dressChoice(place);
    prepare(place);
  }
}

function prepare(/** @type {HTMLElement} */ place) {
  const form = place.closest("form");
  const line = form.querySelector("[data-sending]");
  let isSending = false;
  form.querySelector(".dock__in")?.prepend(line); // where the finger was
  form.addEventListener("submit", async (event) => {
    const inputs = [...place.querySelectorAll("[type=file]")].filter((input) => input.files.length);
    if (!inputs.length || event.defaultPrevented || "native" in form.dataset) return;
    event.preventDefault();
    if (isSending) return;
    isSending = true;
    place.dispatchEvent(new Event("photos:going"));
    const { submitter } = event;
    show(line, 0);
    if (place.hasAttribute("data-straight")) await sendAll(inputs, place, form, line);
    const became = await sendRest(inputs, form, submitter, line);
    if (["sent", "shown"].includes(became)) return;
    isSending = false;
    form.removeAttribute("data-sent");
    if (became === "cut") return;
    form.dataset.native = "";
    form.requestSubmit(submitter);
  });
  addEventListener("pageshow", () => {
    isSending = false;
    delete form.dataset.native;
  });
}

function show(/** @type {HTMLElement} */ line, /** @type {number} */ share) {
  line.hidden = false;
  line.classList.remove("sending--cut");
  showShare(line, share);
  say(line, share < 1 ? "going" : "last");
}

/* Only what is new, for a screen reader says each of it. */
function say(/** @type {HTMLElement} */ line, /** @type {string} */ kind) {
  const words = line.querySelector("[data-words]");
  if (words.textContent !== words.dataset[kind]) words.textContent = words.dataset[kind];
}

/* What the bucket took is named in the form; the rest stays chosen. */
async function sendAll(
  inputs,
  /** @type {HTMLElement} */ place,
  /** @type {HTMLFormElement} */ form,
  /** @type {HTMLElement} */ line,
) {
  const count = inputs.reduce((sum, /** @type {HTMLInputElement} */ input) => sum + input.files.length, 0);
  let done = 0;
  for (const input of inputs) {
    const rest = new DataTransfer();
    for (const file of input.files) {
      const name = await sendStraight(file, (share) => show(line, (done + share) / count));
      done += 1;
      if (name) form.append(named(form, "incoming", name));
      else rest.items.add(file);
    }
    input.files = rest.files;
    if (rest.files.length) place.removeAttribute("data-straight");
  }
}

/** Sends the form with the photos that are left: "sent", "cut", "shown" where the page says why it was
    refused, or "" for the browser to send it. */
async function sendRest(
  inputs,
  /** @type {HTMLFormElement} */ form,
  /** @type {HTMLElement} */ submitter,
  /** @type {HTMLElement} */ line,
) {
  if (inputs.every((/** @type {HTMLInputElement} */ input) => !input.files.length)) return "";
  const body = new FormData(form, submitter);
  const address = submitter?.hasAttribute("formaction") ? submitter.formAction : form.action;
  const xhr = await transfer(address, body, { progress: (share) => show(line, share) });
  if (!xhr.status) {
    waitFor(form, submitter, line);
    return "cut";
  }
  if (xhr.status < 300 && xhr.responseURL !== address) {
    location.assign(xhr.responseURL);
    return "sent";
  }
  return isShown(xhr.responseText) ? "shown" : "";
}

function waitFor(
  /** @type {HTMLFormElement} */ form,
  /** @type {HTMLElement} */ submitter,
  /** @type {HTMLElement} */ line,
) {
  say(line, "cut");
  line.classList.add("sending--cut");
  const again = () => form.requestSubmit(submitter);
  addEventListener("online", again, { once: true });
  form.addEventListener("submit", () => removeEventListener("online", again), { once: true });
}

/* The page that says why it was refused, in place of this one, as if the browser had sent the form.
   It has the photos that arrived: they do not travel again. False where it has no such form. */
function isShown(/** @type {string} */ html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const main = page.querySelector("main");
  if (!main?.querySelector("form")) return false;
  document.title = page.title;
  document.querySelector("main").replaceWith(document.adoptNode(main));
  scrollTo(0, 0);
  enhance(main);
  prepareAll(main);
  return true;
}

function named(/** @type {HTMLFormElement} */ form, /** @type {string} */ name, /** @type {string} */ value) {
  const field = form.elements.csrfmiddlewaretoken.cloneNode();
  field.name = name;
  field.value = value;
  return field;
}
