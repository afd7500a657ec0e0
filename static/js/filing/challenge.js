// A form[data-proof] does a little work while it is read; sending it waits for that, a second at most.

import { solveChallenge } from "../lib/challenge.js";

const forms = document.querySelectorAll("form[data-proof]");
for (const form of forms) {
  const solved = solveChallenge(JSON.parse(form.elements.challenge.value)).then((answer) => {
    form.elements.altcha.value = answer;
  });
  form.addEventListener("before-send", (event) => event.detail.waitFor(solved));
}
