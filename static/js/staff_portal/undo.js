// Remove the undo button of a job's page when its time is over. A cached page is older than that.

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
