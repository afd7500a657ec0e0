// What a form holds, on its way to the city, with word of how much of it has gone.

const PATIENCE = 180_000; // ms
const percent = new Intl.NumberFormat(document.documentElement.lang, { style: "percent" });

/** A share from 0 to 1 as people read it. */
export const inPercent = (share) => percent.format(share);

/** Resolves with the XHR once it ended; its status is 0 where the city could not be reached.

    `progress(share)` hears how much has gone, from 0 to 1; `signal` calls it off. */
export function transfer(address, body, { progress, signal, headers = {} } = {}) {
  return new Promise((resolve) => {
    const xhr = new XMLHttpRequest();
    xhr.open("POST", address);
    for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value);
    xhr.timeout = PATIENCE;
    xhr.upload.addEventListener("progress", ({ lengthComputable, loaded, total }) => {
      if (lengthComputable) progress?.(loaded / total);
    });
    xhr.addEventListener("loadend", () => resolve(xhr));
    signal?.addEventListener("abort", () => xhr.abort());
    if (signal?.aborted) resolve(xhr);
    else xhr.send(body);
  });
}
