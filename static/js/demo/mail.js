// Gives a mail all the height it needs, so that the page scrolls and not the mail inside it.
// Without this script the mail scrolls in its frame.

function fitFrame(/** @type {HTMLIFrameElement} */ frame) {
  const page = frame.contentDocument?.documentElement;
  if (page) frame.height = String(Math.ceil(page.getBoundingClientRect().height));
}

for (const frame of document.querySelectorAll("iframe[data-mail]")) {
  frame.addEventListener("load", () => fitFrame(frame));
  window.addEventListener("resize", () => fitFrame(frame));
  fitFrame(frame);
}
