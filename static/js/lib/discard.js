// Nothing that was written is thrown away before its writer was asked.

/** Let [data-discard] in `line` ask [data-sure], in the place of [data-acts] where there is one; [data-
    keep] takes it back, and [data-yes] calls `act`. */
export function askBeforeDiscard(/** @type {HTMLElement} */ line, /** @type {() => void} */ act) {
  const [sure, acts, discard, keep, yes] = ["sure", "acts", "discard", "keep", "yes"].map((name) =>
    line.querySelector(`[data-${name}]`),
  );
  const ask = (/** @type {boolean} */ isAsking) => {
    sure.hidden = !isAsking;
    if (acts) acts.hidden = isAsking;
    (isAsking ? keep : discard).focus();
  };
  discard.addEventListener("click", () => ask(true));
  keep.addEventListener("click", () => ask(false));
  yes.addEventListener("click", act);
}
