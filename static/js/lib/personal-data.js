// When a person leaves a text field, show which words are personal data. The server finds the words and
// renders the hint. Without this module the next page shows the same.

const PATIENCE = 5000; // ms

const findHint = (/** @type {Field} */ field) => document.querySelector(`[data-personal-of="${field.id}"]`);

async function checkField(/** @type {Field} */ field) {
  const form = field.form;
  const body = new URLSearchParams({
    field: field.name,
    words: field.value,
    name: form.elements.name?.value ?? "",
    csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value,
  });
  const options = { method: "POST", body, signal: AbortSignal.timeout(PATIENCE) };
  const response = await fetch(field.dataset.personal, options).catch(() => Response.error()); // is optional
  if (response.ok) findHint(field).innerHTML = response.status === 200 ? await response.text() : "";
}

const fields = /** @type {NodeListOf<Field>} */ (document.querySelectorAll("[data-personal]"));
for (const field of fields) {
  field.addEventListener("change", () => checkField(field));
}
