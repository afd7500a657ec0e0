// The undo of what was just done on a job's page goes when its time is over. A page that the phone kept
// is older than that.

const offer = document.querySelector("[data-undo]");
const until = Date.now() + 1000 * Number(offer.dataset.undo);
const timer = setInterval(countDown, 1000);

function countDown() {
  const left = Math.ceil((until - Date.now()) / 1000);
  if (left <= 0) return endOffer();
  offer.querySelector("[data-left]").textContent = String(left);
  return undefined;
}

function endOffer() {
  clearInterval(timer);
  const form = offer.querySelector("form");
  if (form.contains(document.activeElement)) offer.focus();
  form.remove();
  offer.querySelector(".visually-hidden").remove();
}

if (document.body.dataset.asOf) endOffer();
