// A photo fills the screen at a tap; the next one is a swipe or a key away. Without this the link
// leads to the picture itself.

/** @type {HTMLDialogElement} */
const viewer = document.querySelector("[data-viewer]");
const links = /** @type {HTMLAnchorElement[]} */ ([...document.querySelectorAll("[data-photo]")]);
const pictures = links.filter((link, at) => links.findIndex(({ href }) => href === link.href) === at);
const picture = viewer?.querySelector("img");
const SWIPE = 40; // px
let current = 0;
let began = null;

function open(event) {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  show(pictures.findIndex(({ href }) => href === event.currentTarget.href));
  viewer.showModal();
}

function show(index) {
  current = (index + pictures.length) % pictures.length;
  const link = pictures[current];
  picture.src = link.href;
  picture.alt = link.dataset.photo;
  viewer.querySelector("[data-viewer-says]").textContent = link.dataset.photo;
  viewer.querySelector("[data-viewer-count]").textContent = `${current + 1} / ${pictures.length}`;
}

function press({ key }) {
  if (key === "ArrowRight") show(current + 1);
  if (key === "ArrowLeft") show(current - 1);
}

function lift({ clientX }) {
  const moved = began === null ? 0 : clientX - began;
  began = null;
  if (Math.abs(moved) > SWIPE) show(current + (moved < 0 ? 1 : -1));
}

if (viewer && links.length) {
  links.forEach((link) => link.addEventListener("click", open));
  viewer.querySelector("[data-close]").addEventListener("click", () => viewer.close());
  viewer.querySelector("[data-next]").addEventListener("click", () => show(current + 1));
  viewer.querySelector("[data-previous]").addEventListener("click", () => show(current - 1));
  for (const part of viewer.querySelectorAll("[data-many]")) part.hidden = pictures.length < 2;
  viewer.addEventListener("keydown", press);
  picture.addEventListener("pointerdown", ({ clientX }) => (began = clientX));
  picture.addEventListener("pointerup", lift);
  viewer.addEventListener("close", () => picture.removeAttribute("src"));
}
