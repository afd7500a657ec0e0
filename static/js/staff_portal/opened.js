/* What somebody opens is brought into sight above the bar at the bottom, and the field of a search takes
   what is typed next. What the page opened by itself stays where it is. */

import { on } from "../lib/dom.js";

function bringIntoView(/** @type {HTMLDetailsElement} */ details) {
  if (!details.open) return;
  details.querySelector("input[type=search]")?.focus({ preventScroll: true });
  details.scrollIntoView({ block: "nearest" });
}

on("click", "summary", (summary) => {
  setTimeout(() => bringIntoView(summary.closest("details"))); // it opens after this event
});
