// One photo on its own, on its way to the city: by the bucket where that is open, else itself.

import { sendStraight } from "./direct-upload.js";
import { csrfToken, transfer } from "./upload.js";

const GONE = 410; // the bucket has lost it, or it was taken from there already
const isHeard = ({ status }) => status !== GONE && status < 500;

/** Resolves with the XHR once the city answered; status 0 means that it could not be reached.

    `about` are [name, value] pairs that go with it, `name` is the file's. `isTaken(xhr)` is false where
    the city cannot have it from the bucket: then it goes itself. `progress(share)` hears how much has
    gone, from 0 to 1; `signal` calls it off.
    @param {string} address
    @param {File | Blob} file
    @param {{about?: Pair[], name?: string, signal?: AbortSignal,
      isTaken?: (xhr: XMLHttpRequest) => boolean, progress?: (share: number) => void}} options */
export async function uploadPhoto(address, file, options = {}) {
  const {
    about = [],
    name = /** @type {File} */ (file).name,
    isTaken = isHeard,
    progress = () => {},
    signal,
  } = options;
  const incoming = await sendStraight(file, progress, signal);
  if (incoming) {
    const xhr = await offer(address, about, (body) => body.append("incoming", incoming), { signal });
    if (isTaken(xhr)) return xhr;
  }
  return offer(address, about, (body) => body.append("photos", file, name), { progress, signal });
}

/** The city shall not have it after all; `address` is the photo's own for that.
    @param {string} address */
export const takeBack = (address) =>
  fetch(address, { method: "POST", headers: { "X-CSRFToken": csrfToken() } });

function offer(/** @type {string} */ address, about, addPhoto, options) {
  const body = new FormData();
  for (const [field, value] of about) body.append(field, value);
  addPhoto(body);
  return transfer(address, body, { ...options, headers: { "X-CSRFToken": csrfToken() } });
}
