// Keep the message that shows whom to call in view while a person writes: scroll to it if it appears below
// the screen. filing.css makes sure that nothing covers it.

for (const box of document.querySelectorAll("[data-danger-watch]")) {
  new MutationObserver(() => show(box)).observe(box, { childList: true });
}

/* Scroll to the message. Scroll to its phone number last, so that the number is visible if the message does
   not fit. */
function show(/** @type {HTMLElement} */ box) {
  for (const part of box.querySelectorAll(".alarm, .alarm__call")) {
    part.scrollIntoView({ block: "nearest", behavior: "instant" });
  }
}
