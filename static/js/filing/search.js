// Load the category search once a person begins to type: most people choose a category without it. Enter on a
// category continues the report.

const field = document.querySelector("input[data-htmx]");

function loadHtmx() {
  if (window.htmx) return null;
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = field.dataset.htmx;
    script.addEventListener("load", () => setTimeout(resolve)); // htmx initializes in a timer of its own
    script.addEventListener("error", reject);
    document.head.append(script);
  });
}

async function loadSearch() {
  stop();
  try {
    await Promise.all([loadHtmx(), import("../lib/announce.js")]);
  } catch {
    return listen(); // no network: try again at the next letter
  }
  if (field.value !== field.defaultValue) field.dispatchEvent(new Event("input", { bubbles: true }));
}

function listen() {
  for (const kind of ["focus", "input"]) field.addEventListener(kind, loadSearch);
}

function stop() {
  for (const kind of ["focus", "input"]) field.removeEventListener(kind, loadSearch);
}

/* Continue at Enter on a category: the browser would press the form's first button, the search. */
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
