// Upload one photo. If the page has the URL that offers a place in the bucket, the photo goes directly to the
// bucket, so that the web servers need not receive it. If that fails in any way, the photo is sent to the
// server.

import { fetchJson } from "./api.js";
import { csrfToken, transfer } from "./upload.js";

const SILENT = 15_000; // ms until the first byte is sent to the bucket
const STALLED = 45_000; // ms after the last byte
const MAX_TRIES = 2;
const MAX_FAILURES = 4;
const HANGS = -1; // used instead of the bucket's status
const GONE = 410; // the bucket has lost the photo, or the photo was taken from there already

let failures = 0; // a bucket that is blocked by this network, or that hangs, is not tried forever
addEventListener("online", () => (failures = 0)); // the network may have been the cause

const headers = () => ({ "X-CSRFToken": csrfToken() });
const isHeard = (/** @type {XMLHttpRequest} */ { status }) => status !== GONE && status < 500;

/** Resolves to the XHR once the server has answered; status 0 means that it could not be reached.
    @type {(address: string, file: File | Blob, options: UploadOptions) => Promise<XMLHttpRequest>} */
export async function uploadPhoto(address, file, { about = [], name, isTaken = isHeard, progress, signal }) {
  const incoming = await sendToBucket(file, progress, signal);
  if (incoming) {
    const form = formOf([...about, ["incoming", incoming]]);
    const xhr = await transfer(address, form, { headers: headers(), signal });
    if (isTaken(xhr)) return xhr;
  }
  const form = formOf(about);
  form.append("photos", file, name ?? /** @type {File} */ (file).name);
  return transfer(address, form, { headers: headers(), progress, signal });
}

/** Tell the server to delete an uploaded photo. */
export const takeBack = (/** @type {string} */ address) =>
  fetch(address, { method: "POST", headers: headers() });

/** Resolves to the name of `file` in the bucket, or to "": then the caller sends the file itself.
    `progress(share)` is called with the share that was sent, from 0 to 1; `signal` aborts the upload.
    @type {(file: Blob, progress?: Progress, signal?: AbortSignal) => Promise<string>} */
export async function sendToBucket(file, progress, signal) {
  const address = document.querySelector("[data-straight]")?.dataset.straight;
  if (!address) return "";
  for (let attempt = 0; attempt < MAX_TRIES && failures < MAX_FAILURES && !signal?.aborted; attempt += 1) {
    const offer = await askForPlace(address, file.type, signal);
    if (!offer) return "";
    const status = await put(offer, file, progress, signal);
    if (signal?.aborted) return "";
    if (status === 201) {
      failures = 0;
      return offer.name;
    }
    failures = status === HANGS ? MAX_FAILURES : failures + 1;
    if (status) return ""; // refused: the server gives the reason in words
  }
  return "";
}

/** @type {(address: string, kind: string, signal?: AbortSignal) => Promise<BucketOffer | null>} */
async function askForPlace(address, kind, signal) {
  const options = { method: "POST", body: formOf([["kind", kind]]), headers: headers(), signal };
  const offer = await fetchJson(address, options);
  return offer.status === 201 ? offer : null;
}

/** Resolves to the status of the bucket's response; 0 if there was none or the connection was lost; HANGS if
    no byte could be sent, or if all bytes were sent without a response, and the connection was not reported
    as lost.
    @type {(offer: BucketOffer, file: Blob, progress?: Progress, signal?: AbortSignal) => Promise<number>} */
async function put(offer, file, progress, signal) {
  const form = formOf(Object.entries(offer.fields));
  form.append("file", file);
  let gone = 0;
  let hangs = false;
  const hear = (/** @type {number} */ share) => {
    gone = share;
    progress?.(share);
  };
  const onStall = () => (hangs = gone === 0 || gone === 1);
  const times = { silent: SILENT, patience: STALLED, onStall };
  const { status } = await transfer(offer.url, form, { progress: hear, signal, ...times });
  return hangs ? HANGS : status;
}

function formOf(/** @type {Pair[]} */ pairs) {
  const form = new FormData();
  for (const [name, value] of pairs) form.append(name, value);
  return form;
}
