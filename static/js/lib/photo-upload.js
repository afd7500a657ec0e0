// One photo on its own, on its way to the city: by the bucket where that is open, else itself.

import { sendStraight } from "./direct-upload.js";
import { transfer } from "./upload.js";

const GONE = 410; // the bucket has lost it, or it was taken from there already

/** Resolves with the XHR once the city answered; status 0 means that it could not be reached.

    `progress(share)` hears how much has gone, from 0 to 1; `signal` calls it off. */
export async function uploadPhoto(address, file, token, { progress = () => {}, signal } = {}) {
  const name = await sendStraight(file, token, progress, signal);
  if (name) {
    const xhr = await offer(address, "incoming", name, token, { signal });
    if (xhr.status !== GONE && xhr.status < 500) return xhr;
  }
  return offer(address, "photos", file, token, { progress, signal });
}

function offer(address, field, content, token, options) {
  const body = new FormData();
  body.append(field, content);
  return transfer(address, body, { ...options, headers: { "X-CSRFToken": token } });
}
