/* Scroll details that a person opens into view above the bar at the bottom, and focus the field of a search.
   Details that the page opened by itself are not scrolled to. */

import { on } from "../lib/dom.js";

function bringIntoView(/** @type {HTMLDetailsElement} */ details) {
  if (!details.open) return;
  details.querySelector("input[type=search]")?.focus({ preventScroll: true });
  details.scrollIntoView({ block: "nearest" });
}

on("click", "summary", (summary) => {
  setTimeout(() => bringIntoView(summary.closest("details"))); // after this event
});
