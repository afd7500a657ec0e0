/* What came into a list is said: a status outside the list repeats the words of its data-says. A
   status that comes with the list itself is not heard. */

document.addEventListener("htmx:after:swap", ({ detail }) => {
  const list = detail.ctx.target;
  const status = list?.id && document.querySelector(`[data-says-of="${CSS.escape(list.id)}"]`);
  if (status) status.textContent = list.querySelector("[data-says]")?.dataset.says ?? "";
});
