// Prepared words that fill a field at a tap: behind what is there, or in its place.

document.addEventListener("click", ({ target }) => {
  const chip = target.closest?.("[data-suggest] button");
  if (!chip) return;
  const { suggest, instead } = chip.closest("[data-suggest]").dataset;
  const field = document.getElementById(suggest);
  const words = chip.dataset.words ?? chip.textContent.trim();
  const isMore = field.value.trim() && instead === undefined;
  field.value = isMore ? `${field.value.trim()} ${words}` : words;
  field.dispatchEvent(new Event("input", { bubbles: true }));
});
