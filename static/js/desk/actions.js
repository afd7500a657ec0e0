/* Ready-made texts: picked, one is put where the agent writes, after what is written there already;
   one that was picked before and not changed makes room. Escape leads back from a photo or words
   that are taken out of the public's sight. */

const put = new WeakMap(); // text area to the ready-made text that it was given last

function insertText(/** @type {HTMLButtonElement} */ button) {
  const group = button.closest("[data-canned]");
  const area = /** @type {HTMLTextAreaElement} */ (document.getElementById(group.dataset.canned));
  area.value = appendText(area.value, button.dataset.text, put.get(area));
  put.set(area, button.dataset.text);
  area.dispatchEvent(new Event("input", { bubbles: true }));
  area.focus();
  area.setSelectionRange(area.value.length, area.value.length);
  area.scrollTop = area.scrollHeight;
  group.querySelector("[data-canned-says]").textContent = group.dataset.done.replace(
    "{title}",
    button.dataset.title,
  );
}

/** Put `text` in the place of the text `before` at the end of what is written, else behind it.
    @type {(written: string, text: string, before?: string) => string} */
function appendText(written, text, before) {
  if (before !== undefined && written.endsWith(before))
    return written.slice(0, written.length - before.length) + text;
  return written.trim() ? `${written.trimEnd()}\n\n${text}` : text;
}

function onClick(/** @type {Targeted<MouseEvent>} */ event) {
  const button = event.target.closest("[data-canned] button");
  if (!button) return;
  event.preventDefault();
  insertText(button);
}

/* Show the offers that need a script. */
function showOffers() {
  for (const group of document.querySelectorAll("[data-canned][hidden]")) group.hidden = false;
}

function onKey(/** @type {Targeted<KeyboardEvent>} */ event) {
  if (event.key !== "Escape" || event.target.matches("input, textarea, select, [data-draw] *")) return;
  document.querySelector("[data-sight-back]")?.click();
}

document.addEventListener("click", onClick);
document.addEventListener("keydown", onKey);
document.addEventListener("htmx:after:swap", showOffers);
showOffers();
