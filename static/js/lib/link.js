// A link in a field: select it, copy it, or share a public link on phones that can share.

for (const tools of document.querySelectorAll("[data-link-tools]")) prepare(tools);

function prepare(/** @type {HTMLElement} */ tools) {
  const link = tools.querySelector("input[data-link]");
  const copy = tools.querySelector("[data-copy]");
  const share = tools.querySelector("[data-share-link]");
  const canShare = Boolean(share && navigator.share);
  copy.hidden = !navigator.clipboard || canShare;
  if (share) share.hidden = !canShare;
  copy.addEventListener("click", () => {
    link.select();
    copyText(link.value, copy, tools.querySelector("[data-copy-news]"));
  });
  share?.addEventListener("click", () => shareLink(share.dataset.title, link.value));
}

/** Copy `text` to the clipboard, and confirm it on the button and in `news`.
    @type {(text: string, copy: HTMLElement, news: HTMLElement) => Promise<void>} */
export async function copyText(text, copy, news) {
  await navigator.clipboard.writeText(text);
  copy.querySelector("span").textContent = news.textContent = copy.dataset.done;
}

async function shareLink(/** @type {string} */ title, /** @type {string} */ url) {
  try {
    await navigator.share({ title, url });
  } catch (error) {
    if (error.name !== "AbortError") throw error; // the person closed the sheet
  }
}
