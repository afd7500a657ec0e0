/* The page after a call: start the next call, route the request, or copy the reference, each with one key. */

import { isModified } from "../lib/dom.js";
import { copyText } from "../lib/link.js";
import { device } from "../lib/storage.js";
import "../lib/form-enhance.js";
import { forgetCalls } from "./drafts.js";

const copy = document.querySelector("[data-copy]");
const news = document.querySelector("[data-copy-news]");

/* Return whether single-key shortcuts are on: people who dictate can turn them off at the desk, in this
   browser. */
const keysAreOn = () => device.get("desk-keys") !== "off";

function onKey(/** @type {Targeted<KeyboardEvent>} */ event) {
  if (isModified(event) || event.key.length !== 1 || !keysAreOn()) return;
  const target = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!target?.checkVisibility()) return;
  event.preventDefault();
  target.click();
}

forgetCalls();
copy.hidden = !navigator.clipboard;
copy.addEventListener("click", () =>
  copyText(document.querySelector(copy.dataset.copy).textContent, copy, news),
);
document.addEventListener("keydown", onKey);
document.querySelector("h1").focus();
