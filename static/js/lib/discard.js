// Ask for confirmation before written text is discarded.

/** Make [data-discard] in `line` show the question [data-sure], in place of [data-acts] if there is one.
    [data-keep] cancels, and [data-yes] calls `act`. */
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
