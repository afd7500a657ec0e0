/* After the call: the next one, its routing, or the reference on the clipboard, each by one key. */

import { isModified } from "../lib/dom.js";
import { device } from "../lib/storage.js";
import "../lib/form-enhance.js";
import { forgetCalls } from "./drafts.js";

const copy = document.querySelector("[data-copy]");
const news = document.querySelector("[data-copy-news]");

/* Whether single keys are on: who dictates has switched them off at the desk, in this browser. */
function keysAreOn() {
  return device.get("desk-keys") !== "off";
}

async function copyReference() {
  await navigator.clipboard.writeText(document.querySelector(copy.dataset.copy).textContent);
  copy.querySelector("span").textContent = copy.dataset.done;
  news.textContent = copy.dataset.done;
}

function onKey(/** @type {Targeted<KeyboardEvent>} */ event) {
  if (isModified(event) || event.key.length !== 1 || !keysAreOn()) return;
  const target = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!target?.checkVisibility()) return;
  event.preventDefault();
  target.click();
}

forgetCalls();
copy.hidden = !navigator.clipboard;
copy.addEventListener("click", copyReference);
document.addEventListener("keydown", onKey);
document.querySelector("h1").focus();
