// Set the height of a mail's frame to the height of the mail, so that the page scrolls instead of the frame.
// Without this script the frame scrolls.

function fitFrame(/** @type {HTMLIFrameElement} */ frame) {
  const page = frame.contentDocument?.documentElement;
  if (page) frame.height = String(Math.ceil(page.getBoundingClientRect().height));
}

for (const frame of document.querySelectorAll("iframe[data-mail]")) {
  frame.addEventListener("load", () => fitFrame(frame));
  window.addEventListener("resize", () => fitFrame(frame));
  fitFrame(frame);
}
