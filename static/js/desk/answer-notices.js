/* "The resident answered your question": stays until the agent reads the answer or closes the line. */

const lines = () => [...document.querySelectorAll("[data-heard]")];

function onClick(/** @type {Targeted} */ { target }) {
  target.closest("[data-heard-close]")?.closest("[data-heard]").remove();
}

function onSwap(/** @type {HtmxEvent} */ { detail: { ctx } }) {
  if (ctx.target?.id !== "panel") return;
  const open = document.querySelector("#request")?.dataset.reference;
  for (const line of lines()) if (line.dataset.heard === open) line.remove();
}

export function start() {
  document.addEventListener("click", onClick);
  document.addEventListener("htmx:after:swap", onSwap);
}
