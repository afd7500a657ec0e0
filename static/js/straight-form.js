// The photos of a reply go straight to the bucket while it is being sent, and their progress is seen.

import { sendStraight } from "./straight.js";

for (const place of document.querySelectorAll("[data-photo-input][data-straight]")) prepare(place);

function prepare(place) {
  const form = place.closest("form");
  let isSending = false;
  form.addEventListener("submit", async (event) => {
    const inputs = [...place.querySelectorAll("[type=file]")].filter((input) => input.files.length);
    if (!inputs.length || event.defaultPrevented || !place.hasAttribute("data-straight")) return;
    event.preventDefault();
    if (isSending) return;
    isSending = true;
    const { submitter } = event;
    await sendAll(inputs, place, form);
    isSending = false;
    form.removeAttribute("data-sent");
    form.requestSubmit(submitter);
  });
}

/* What the bucket took is named in the form; the rest stays chosen. Either way it is sent again once. */
async function sendAll(inputs, place, form) {
  const progress = place.parentElement.querySelector("progress");
  const token = form.elements.csrfmiddlewaretoken.value;
  const count = inputs.reduce((sum, input) => sum + input.files.length, 0);
  let done = 0;
  progress.hidden = false;
  for (const input of inputs) {
    const rest = new DataTransfer();
    for (const file of input.files) {
      const name = await sendStraight(file, token, (share) => (progress.value = (done + share) / count));
      done += 1;
      if (name) form.append(named(form, name));
      else rest.items.add(file);
    }
    input.files = rest.files;
    if (rest.files.length) input.closest("[data-photo-input]").removeAttribute("data-straight");
  }
}

function named(form, name) {
  const field = form.elements.csrfmiddlewaretoken.cloneNode();
  field.name = "incoming";
  field.value = name;
  return field;
}
