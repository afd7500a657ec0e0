// The receipt: copy or share the private link, and let this phone forget what the city now has.

import { forgetReport } from "./report-keep.js";
import { addressesOf, remove } from "./report-outbox.js";
import { forgetArrived } from "./report-pending.js";

const done = document.querySelector("[data-sent]");
const news = document.querySelector("[data-copy-news]");
const copy = document.querySelector("[data-copy]");
const share = document.querySelector("[data-share]");
const link = document.querySelector("[data-link]");

async function copyLink() {
  link.select();
  await navigator.clipboard.writeText(link.value);
  copy.querySelector("span").textContent = copy.dataset.done;
  news.textContent = copy.dataset.done;
}

async function shareLink() {
  try {
    await navigator.share({ title: share.dataset.title, url: link.value });
  } catch (error) {
    if (error.name !== "AbortError") throw error; // the person closed the sheet
  }
}

forgetReport(done.dataset.sent);
forgetArrived(addressesOf(done.dataset.sent).photosAt);
remove(done.dataset.sent);
const canCopy = Boolean(navigator.clipboard);
copy.hidden = !canCopy;
share.hidden = !navigator.share;
document.querySelector("[data-keep-link]").hidden = copy.hidden && share.hidden;
copy.addEventListener("click", copyLink);
share.addEventListener("click", shareLink);
