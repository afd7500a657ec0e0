/* Announce changes of a list: copy the text of its data-says into a status element outside the list. Screen
   readers do not announce a status element that is swapped in with the list. */

document.addEventListener("htmx:after:swap", ({ detail }) => {
  const list = detail.ctx.target;
  const status = list?.id && document.querySelector(`[data-says-of="${CSS.escape(list.id)}"]`);
  if (status) status.textContent = list.querySelector("[data-says]")?.dataset.says ?? "";
});
