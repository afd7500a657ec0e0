// Remove an error message when its error is fixed: beside the field, and in the summary above, which is
// removed with its last line. The server validates everything when the form is sent.

const LINES = ".usa-error-message, [id$='-error'], [id$='_error']";

/** Remove the errors of the field or the part of the page with this id. */
export function clearErrors(/** @type {string} */ id) {
  const part = document.getElementById(id);
  if (part) clearErrorsAround(part);
  for (const link of findLinks((anchor) => anchor === id)) removeLine(link);
}

const findLinks = (/** @type {(anchor: string) => boolean} */ isMeant) =>
  [...document.querySelectorAll(".error-summary li a[href^='#']")].filter((link) =>
    isMeant(link.getAttribute("href").slice(1)),
  );

function onChange(/** @type {Targeted<Event, HTMLInputElement>} */ { target }) {
  if (!target.form || target.type === "file" || !isFilled(target)) return;
  const group = target.closest(".usa-form-group, fieldset");
  clearErrorsAround(target);
  for (const link of findLinks((anchor) => isAbout(anchor, target, group))) removeLine(link);
  if (target.dataset.mends) clearErrors(target.dataset.mends);
}

const isFilled = (/** @type {HTMLInputElement} */ field) =>
  ["radio", "checkbox"].includes(field.type) ? field.checked : field.value.trim() && field.checkValidity();

/** @type {(anchor: string, field: HTMLInputElement, group: HTMLElement) => boolean} */
function isAbout(anchor, field, group) {
  const meant = /** @type {HTMLInputElement} */ (document.getElementById(anchor));
  if (!meant) return false;
  return (
    meant === field ||
    meant === group ||
    (meant.name && meant.name === field.name && meant.form === field.form)
  );
}

/* Remove the error lines of the part's group, and those elsewhere that describe the part. */
function clearErrorsAround(/** @type {HTMLElement} */ part) {
  const group = part.closest(".usa-form-group, fieldset") ?? part;
  const ids = (part.getAttribute("aria-describedby") ?? "").split(" ");
  const described = ids.map((id) => document.getElementById(id)).filter((line) => line?.matches(LINES));
  for (const line of [...described, ...group.querySelectorAll(LINES)]) line.remove();
  for (const field of [group, ...group.querySelectorAll(".usa-input--error, [aria-invalid]")]) {
    field.classList.remove("usa-form-group--error", "usa-input--error");
    field.removeAttribute("aria-invalid");
  }
}

function removeLine(/** @type {HTMLAnchorElement} */ link) {
  const summary = link.closest(".error-summary");
  link.closest("li").remove();
  if (!summary.querySelector("li")) summary.remove();
}

/* Remove the errors of the place when the pin is set. A hidden field keeps its value in an attribute, where a
   change can be observed. Setting the point that was sent already does not remove the errors. */
function watchPin(/** @type {HTMLInputElement} */ pin) {
  const isNew = () => pin.value && pin.value !== pin.dataset.was;
  const observer = new MutationObserver(() => isNew() && ["id_text", "place"].forEach(clearErrors));
  observer.observe(pin, { attributes: true });
}

document.querySelectorAll("input[data-latitude]").forEach(watchPin);
document.addEventListener("input", onChange);
document.addEventListener("change", onChange);
