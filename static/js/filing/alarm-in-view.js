// Whom to call stays in sight while somebody writes: a message that shows below the screen is brought into
// it. Nothing lies over it (filing.css).

for (const box of document.querySelectorAll("[data-danger-watch]")) {
  new MutationObserver(() => show(box)).observe(box, { childList: true });
}

/* Scroll to the message; its number to call comes last, so that it is in sight where the message has no
   room. */
function show(/** @type {HTMLElement} */ box) {
  for (const part of box.querySelectorAll(".alarm, .alarm__call")) {
    part.scrollIntoView({ block: "nearest", behavior: "instant" });
  }
}
