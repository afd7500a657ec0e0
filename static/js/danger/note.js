// Whom to call, on the note of a report while it is written.

import { watchForDanger } from "./watch.js";

for (const box of document.querySelectorAll("[data-danger-watch]")) watchForDanger(box);
