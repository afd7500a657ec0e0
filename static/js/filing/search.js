// What finds a category while somebody types is loaded once they begin: most choose one without.
// Enter on a category goes on with the report.

const field = document.querySelector("input[data-htmx]");

function loadHtmx() {
  if (window.htmx) return null;
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = field.dataset.htmx;
    script.addEventListener("load", () => setTimeout(resolve)); // it begins in a timer of its own
    script.addEventListener("error", reject);
    document.head.append(script);
  });
}

async function loadSearch() {
  stop();
  try {
    await Promise.all([loadHtmx(), import("../lib/announce.js")]);
  } catch {
    return listen(); // no network: the next letter tries again
  }
  if (field.value !== field.defaultValue) field.dispatchEvent(new Event("input", { bubbles: true }));
}

function listen() {
  for (const kind of ["focus", "input"]) field.addEventListener(kind, loadSearch);
}

function stop() {
  for (const kind of ["focus", "input"]) field.removeEventListener(kind, loadSearch);
}

/* Go on at Enter on a category, where the browser would press the form's first button, the search. */
function onKey(/** @type {Targeted<KeyboardEvent>} */ event) {
  const target = /** @type {HTMLInputElement} */ (event.target);
  if (event.key !== "Enter" || target.type !== "radio") return;
  event.preventDefault();
  const { form } = target;
  form.requestSubmit(form.elements.go);
}

if (field) {
  field.form.addEventListener("keydown", onKey);
  listen();
  if (document.activeElement === field || field.value !== field.defaultValue) loadSearch();
}
