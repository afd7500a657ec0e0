// Show whom to call while a person writes the description of a report.

import { watchForDanger } from "./watch.js";

for (const box of document.querySelectorAll("[data-danger-watch]")) watchForDanger(box);
