// The photos of a reply: uploaded directly to the bucket if possible, else sent with the form. In both cases
// progress is shown, and if the connection is lost the form remains and can be sent again.

import { enhance } from "./form-enhance.js";
import { setText } from "./dom.js";
import { showChosenPhotos } from "./photo-choice.js";
import { sendToBucket } from "./photo-upload.js";
import { showShare, transfer } from "./upload.js";

prepareAll(document);

function prepareAll(/** @type {ParentNode} */ root) {
  for (const place of root.querySelectorAll("[data-photo-input]")) {
    showChosenPhotos(place);
    prepareForm(place);
  }
}

/** Send the photos of the form that contains `place` before it, or with it. */
function prepareForm(/** @type {HTMLElement} */ place) {
  const form = place.closest("form");
  const line = form.querySelector("[data-sending]");
  let isSending = false;
  form.querySelector(".dock__in")?.prepend(line); // next to the button that was pressed
  form.addEventListener("submit", async (event) => {
    const inputs = [...place.querySelectorAll("input[type=file]")].filter(({ files }) => files.length);
    if (!inputs.length || event.defaultPrevented || "native" in form.dataset) return;
    event.preventDefault();
    if (isSending) return;
    isSending = true;
    place.dispatchEvent(new Event("photos:going"));
    const submitter = /** @type {HTMLButtonElement} */ (event.submitter);
    showProgress(0);
    if (place.hasAttribute("data-straight")) await sendAhead(inputs);
    const isBrowsers = inputs.every((input) => !input.files.length);
    if (!isBrowsers && (await isSent(submitter))) return;
    isSending = false;
    form.removeAttribute("data-sent");
    if (line.classList.contains("sending--cut")) return;
    form.dataset.native = "";
    form.requestSubmit(submitter);
  });
  addEventListener("pageshow", () => {
    isSending = false;
    delete form.dataset.native;
  });

  function showProgress(/** @type {number} */ share) {
    line.hidden = false;
    line.classList.remove("sending--cut");
    showShare(line, share);
    showWords(share < 1 ? "going" : "last");
  }

  function showWords(/** @type {string} */ kind) {
    const words = line.querySelector("[data-words]");
    setText(words, words.dataset[kind]);
  }

  /* Upload the photos to the bucket and add their names to the form; photos that failed stay chosen. */
  async function sendAhead(/** @type {HTMLInputElement[]} */ inputs) {
    const count = inputs.reduce((sum, input) => sum + input.files.length, 0);
    let done = 0;
    for (const input of inputs) {
      const rest = new DataTransfer();
      for (const file of input.files) {
        const name = await sendToBucket(file, (share) => showProgress((done + share) / count));
        done += 1;
        if (name) form.append(hiddenField("incoming", name));
        else rest.items.add(file);
      }
      input.files = rest.files;
      if (rest.files.length) place.removeAttribute("data-straight");
    }
  }

  /* Send the form with the remaining photos. Resolves to false if the connection was lost, and if the browser
     must send the form. */
  async function isSent(/** @type {HTMLButtonElement} */ submitter) {
    const body = new FormData(form, submitter);
    const address = submitter?.hasAttribute("formaction") ? submitter.formAction : form.action;
    const xhr = await transfer(address, body, { progress: showProgress });
    if (!xhr.status) waitForNetwork(submitter);
    const isDone = xhr.status > 0 && xhr.status < 300 && xhr.responseURL !== address;
    if (isDone) location.assign(xhr.responseURL);
    return isDone || (xhr.status > 0 && isShown(xhr.responseText));
  }

  function waitForNetwork(/** @type {HTMLButtonElement} */ submitter) {
    showWords("cut");
    line.classList.add("sending--cut");
    const again = () => form.requestSubmit(submitter);
    addEventListener("online", again, { once: true });
    form.addEventListener("submit", () => removeEventListener("online", again), { once: true });
  }

  function hiddenField(/** @type {string} */ name, /** @type {string} */ value) {
    return Object.assign(form.elements.csrfmiddlewaretoken.cloneNode(), { name, value });
  }
}

/* Show the page that explains the refusal, as if the browser had sent the form. The page has the photos that
   arrived. Return false if the page has no such form. */
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
