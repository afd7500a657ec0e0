// One photo on its way to the city. Where the page says whom to ask for a place in the bucket it goes straight
// there, so that the city's own computers need not carry it. Whatever goes wrong, it can still go to the city.

import { fetchJson } from "./api.js";
import { csrfToken, transfer } from "./upload.js";

const SILENT = 15_000; // ms until the first byte is on its way to the bucket
const STALLED = 45_000; // ms from the last byte on
const MAX_TRIES = 2;
const MAX_FAILURES = 4;
const HANGS = -1; // in place of the bucket's answer
const GONE = 410; // the bucket has lost it, or it was taken from there already

let failures = 0; // a bucket that this network does not let through, or that hangs, is not tried for ever
addEventListener("online", () => (failures = 0)); // it may have been the network

const headers = () => ({ "X-CSRFToken": csrfToken() });
const isHeard = (/** @type {XMLHttpRequest} */ { status }) => status !== GONE && status < 500;

/** Resolves with the XHR once the city answered; status 0 means that it could not be reached.
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

/** Tell the city not to keep a photo after all. */
export const takeBack = (/** @type {string} */ address) =>
  fetch(address, { method: "POST", headers: headers() });

/** Resolves to the name by which the bucket has `file`, or to "": then send the file itself.
    `progress(share)` hears how much of it has gone, from 0 to 1; `signal` ends it.
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
    if (status) return ""; // refused: the city says why, in words
  }
  return "";
}

/** @type {(address: string, kind: string, signal?: AbortSignal) => Promise<BucketOffer | null>} */
async function askForPlace(address, kind, signal) {
  const options = { method: "POST", body: formOf([["kind", kind]]), headers: headers(), signal };
  const offer = await fetchJson(address, options);
  return offer.status === 201 ? offer : null;
}

/** Resolves to the status of the bucket's answer; 0 where there was none, or the connection was cut; HANGS
    where not a byte could be sent, or all of them went and no answer came, though nothing said that the
    connection is gone.
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
