// What a form holds, on its way to the city, with word of how much of it has gone.

const STALLED = 45_000; // ms without a byte on its way
const ANSWER = 90_000; // from the last byte on: the proxy itself waits a minute for photos
const percent = new Intl.NumberFormat(document.documentElement.lang, { style: "percent" });

/** A share from 0 to 1 as people read it. */
export const inPercent = (share) => percent.format(share);

/** Resolves with the XHR once it ended; its status is 0 where the city could not be reached.

    `progress(share)` hears how much has gone, from 0 to 1; `signal` calls it off as long as bytes are
    left. After the last one the city may have it already, and only its answer tells. */
export function transfer(address, body, { progress, signal, headers = {} } = {}) {
  return new Promise((resolve) => {
    const xhr = new XMLHttpRequest();
    let isGone = false;
    let timer;
    const wait = (patience) => {
      clearTimeout(timer);
      timer = setTimeout(() => xhr.abort(), patience);
    };
    xhr.open("POST", address);
    for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value);
    xhr.upload.addEventListener("progress", ({ lengthComputable, loaded, total }) => {
      wait(STALLED);
      if (lengthComputable) progress?.(loaded / total);
    });
    xhr.upload.addEventListener("load", () => {
      isGone = true;
      wait(ANSWER);
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
    wait(STALLED);
    xhr.send(body);
  });
}
