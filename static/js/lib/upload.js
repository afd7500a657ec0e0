// Upload of a form's data, with progress.

import { locale } from "./locale.js";

const STALLED = 45_000; // ms without progress
const ANSWER = 90_000; // ms after the last byte: the proxy itself waits a minute for photos
const percent = new Intl.NumberFormat(locale(), { style: "percent" });

/** Return the CSRF token. It changes at each sign-in: the cookie has the latest one, and the page may have
    been cached. */
export const csrfToken = () =>
  document.cookie.match(/(?:^|; )(?:__Host-)?csrftoken=([^;]+)/)?.[1] ??
  document.querySelector("[name=csrfmiddlewaretoken]")?.getAttribute("value") ??
  "";

/** Show the share that was sent, from 0 to 1: the bar in `place`, and the digits beside it. */
export function showShare(/** @type {HTMLElement} */ place, /** @type {number} */ share) {
  const bar = place.querySelector("progress");
  bar.value = share * bar.max;
  place.querySelector("[data-share]").textContent = percent.format(share);
}

/** Resolves to the XHR once it has ended; its status is 0 if the server could not be reached.
    @type {(address: string, body: FormData, options?: TransferOptions) => Promise<XMLHttpRequest>} */
export function transfer(address, body, options = {}) {
  const { progress, signal, headers = {}, silent = STALLED, patience = ANSWER, onStall } = options;
  return new Promise((resolve) => {
    const xhr = new XMLHttpRequest();
    let isGone = false;
    let timer = 0;
    const giveUp = () => {
      onStall?.();
      xhr.abort();
    };
    const wait = (/** @type {number} */ time) => {
      clearTimeout(timer);
      timer = setTimeout(giveUp, time);
    };
    xhr.open("POST", address);
    for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value);
    xhr.upload.addEventListener("progress", ({ lengthComputable, loaded, total }) => {
      wait(STALLED);
      if (lengthComputable) progress?.(loaded / total);
    });
    xhr.upload.addEventListener("load", () => {
      isGone = true;
      wait(patience);
    });
    xhr.addEventListener("loadend", () => {
      clearTimeout(timer);
      resolve(xhr);
    });
    signal?.addEventListener("abort", () => isGone || xhr.abort());
    if (signal?.aborted) {
      resolve(xhr);
      return;
    }
    wait(silent);
    xhr.send(body);
  });
}
