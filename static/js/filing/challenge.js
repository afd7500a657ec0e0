// Solve the proof of work of a form[data-proof] while the person reads it. Submitting waits for the result,
// one second at most.

import { solveChallenge } from "../lib/challenge.js";

const forms = document.querySelectorAll("form[data-proof]");
for (const form of forms) {
  const solved = solveChallenge(JSON.parse(form.elements.challenge.value)).then((answer) => {
    form.elements.altcha.value = answer;
  });
  form.addEventListener("before-send", (event) => event.detail.waitFor(solved));
}
