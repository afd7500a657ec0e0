/* Photos go up one by one while the rest is filled in, with a preview and their progress. A lost
   connection loses nothing: the page stays, and what failed is sent again. */

let form; // the one on the page now: a refused one is replaced by the server's
let tiles;
let sending = 0;
const previews = new Map(); // a kept photo's id to the picture on this phone

function say(words, isProblem = false) {
  form.querySelector(isProblem ? "[data-problem]" : "[data-says]").textContent = words;
}

const isAt = (address, path) => new URL(address, location).pathname === path;
/* Signing in on another page gives a new token; the form's own is the old one then. */
const token = () =>
  document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? form.elements.csrfmiddlewaretoken.value;
const kept = () => [...tiles.querySelectorAll("[name=photo]:checked")];
const waiting = () => [...tiles.querySelectorAll("[data-waiting]")];

function add(input) {
  const files = [...input.files];
  input.value = "";
  say("", true);
  for (const file of files) {
    if (kept().length + waiting().length >= Number(form.dataset.most)) return say(form.dataset.tooMany, true);
    upload(tileFor(file), file);
  }
  return undefined;
}

function tileFor(file) {
  const template = document.querySelector("[data-tile]");
  const tile = template.content.firstElementChild.cloneNode(true);
  tile.querySelector("img").src = URL.createObjectURL(file);
  tile.querySelector(".retry").addEventListener("click", () => upload(tile, file));
  tiles.append(tile);
  const cam = form.querySelector("[data-cam]");
  cam.textContent = cam.dataset.more;
  return tile;
}

function upload(tile, file) {
  const request = new XMLHttpRequest();
  const data = new FormData();
  data.append("csrfmiddlewaretoken", token());
  for (const photo of kept()) data.append("photo", photo.value);
  data.append("photos", file);
  mark(tile, false);
  sending += 1;
  request.open("POST", form.dataset.upload);
  request.timeout = 120_000;
  request.upload.addEventListener("progress", ({ loaded, total }) => {
    tile.querySelector("progress").value = (100 * loaded) / total;
  });
  request.addEventListener("loadend", () => {
    sending -= 1;
    settle(tile, request);
  });
  request.send(data);
}

function settle(tile, request) {
  if (request.status === 200 && isAt(request.responseURL, form.dataset.upload)) return keep(tile, request);
  if (request.status === 422 || request.status === 413) {
    tile.remove();
    form.querySelector("[data-problem]").innerHTML = request.response;
    return undefined;
  }
  return mark(tile, true);
}

/* The server's own tile takes the place, with the picture the phone has already. */
function keep(tile, request) {
  const preview = tile.querySelector("img");
  tile.insertAdjacentHTML("afterend", request.response);
  const mine = tile.nextElementSibling;
  if (mine?.matches("[data-kept]")) {
    previews.set(mine.querySelector("[name=photo]").value, preview);
    dress(mine);
  }
  tile.remove();
}

function dress(tile) {
  const choice = tile.querySelector("[name=photo]");
  const preview = previews.get(choice.value);
  if (preview) tile.querySelector("img, .twoup__none").replaceWith(preview);
}

function mark(tile, failed) {
  tile.querySelector("progress").hidden = failed;
  tile.querySelector("figcaption span").hidden = !failed;
  tile.querySelector(".retry").hidden = !failed;
}

async function send(event) {
  event.preventDefault();
  if (form.hasAttribute("data-busy")) return;
  form.setAttribute("data-busy", "");
  say(form.dataset.sending);
  const answer = await sent();
  form.removeAttribute("data-busy");
  say(answer ? "" : form.dataset.lost);
  if (answer) await show(answer);
}

/* The server's answer; nothing when it could not be reached, and then nothing is lost. */
async function sent() {
  try {
    await allUploads();
    form.elements.csrfmiddlewaretoken.value = token();
    const options = { method: "POST", body: new FormData(form), redirect: "manual" };
    const answer = await fetch(form.action, options);
    return answer.status < 500 ? answer : null;
  } catch {
    return null;
  }
}

/* Waits for what is on its way, and sends once more what failed. */
async function allUploads() {
  waiting().forEach((tile) => {
    const retry = tile.querySelector(".retry");
    if (!retry.hidden) retry.click();
  });
  while (sending) await new Promise((resume) => setTimeout(resume, 100));
  if (waiting().length) throw new Error("a photo could not be sent");
}

async function show(answer) {
  if (answer.type === "opaqueredirect") return location.assign(form.dataset.then);
  if (answer.status === 403) return say(form.dataset.signedOut, true);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.querySelector("main").replaceWith(document.adoptNode(page.querySelector("main")));
  start();
  return showProblem();
}

function showProblem() {
  const problem = document.querySelector(".errsum, .usa-error-message");
  problem?.scrollIntoView({ block: "center" });
  problem?.setAttribute("tabindex", "-1");
  problem?.focus({ preventScroll: true });
}

function suggest(chips) {
  const note = document.getElementById(chips.dataset.suggest);
  chips.hidden = false;
  chips.addEventListener("click", ({ target }) => {
    if (!target.matches("button")) return;
    const words = target.textContent.trim().replace(/[.]?$/, ".");
    note.value = note.value ? `${note.value.trim()} ${words}` : words;
  });
}

function start() {
  form = document.querySelector("#finish");
  tiles = form.querySelector("[data-photos]");
  for (const input of form.querySelectorAll("[data-add]")) {
    input.addEventListener("change", () => add(input));
    add(input); // chosen while this script was still on its way
  }
  form.querySelectorAll("[data-suggest]").forEach(suggest);
  tiles.querySelectorAll("[data-kept]").forEach(dress);
  form.addEventListener("submit", send);
}

start();
