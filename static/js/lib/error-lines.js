// A line that says what is wrong goes when the fault is mended: beside the field, and in the summary
// above, which goes with its last line. The city looks again at everything when the form is sent.

const LINES = ".usa-error-message, [id$='-error'], [id$='_error']";

/** What is wrong with the field or the part of the page with this id is so no more. */
export function mended(/** @type {string} */ id) {
  const part = document.getElementById(id);
  if (part) clearAround(part);
  for (const link of linksTo((anchor) => anchor === id)) dropLine(link);
}

const linksTo = (/** @type {(anchor: string) => boolean} */ isMeant) =>
  [...document.querySelectorAll(".errsum li a[href^='#']")].filter((link) =>
    isMeant(link.getAttribute("href").slice(1)),
  );

function onChange(/** @type {Targeted<Event, HTMLInputElement>} */ { target }) {
  if (!target.form || target.type === "file" || !isFilled(target)) return;
  const group = target.closest(".usa-form-group, fieldset");
  clearAround(target);
  for (const link of linksTo((anchor) => isAbout(anchor, target, group))) dropLine(link);
  if (target.dataset.mends) mended(target.dataset.mends);
}

const isFilled = (/** @type {HTMLInputElement} */ field) =>
  ["radio", "checkbox"].includes(field.type) ? field.checked : field.value.trim() && field.checkValidity();

/** @param {string} anchor
    @param {HTMLInputElement} field
    @param {HTMLElement} group */
function isAbout(anchor, field, group) {
  const meant = /** @type {HTMLInputElement} */ (document.getElementById(anchor));
  if (!meant) return false;
  return (
    meant === field ||
    meant === group ||
    (meant.name && meant.name === field.name && meant.form === field.form)
  );
}

/* The lines of its group, and those that describe it from elsewhere. */
function clearAround(/** @type {HTMLElement} */ part) {
  const group = part.closest(".usa-form-group, fieldset") ?? part;
  const ids = (part.getAttribute("aria-describedby") ?? "").split(" ");
  const described = ids.map((id) => document.getElementById(id)).filter((line) => line?.matches(LINES));
  for (const line of [...described, ...group.querySelectorAll(LINES)]) line.remove();
  for (const field of [group, ...group.querySelectorAll(".usa-input--error, [aria-invalid]")]) {
    field.classList.remove("usa-form-group--error", "usa-input--error");
    field.removeAttribute("aria-invalid");
  }
}

function dropLine(/** @type {HTMLAnchorElement} */ link) {
  const summary = link.closest(".errsum");
  link.closest("li").remove();
  if (!summary.querySelector("li")) summary.remove();
}

/* A pin is a place, too: a hidden field has its value in the page itself, where a change is seen. The
   point that was sent, and is only set again, mends nothing. */
function onPin(/** @type {HTMLInputElement} */ pin) {
  const isNew = () => pin.value && pin.value !== pin.dataset.was;
  const observer = new MutationObserver(() => isNew() && ["id_text", "place"].forEach(mended));
  observer.observe(pin, { attributes: true });
}

document.querySelectorAll("input[data-latitude]").forEach(onPin);
document.addEventListener("input", onChange);
document.addEventListener("change", onChange);
