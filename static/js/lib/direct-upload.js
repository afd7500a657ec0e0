// A photo goes straight to the bucket where the page says whom to ask for a place there, so that the
// city's own computers need not carry it. Whatever goes wrong, it can still travel with its form.

import { csrfToken, transfer } from "./upload.js";

const SILENT = 15_000; // ms until the first byte is on its way
const STALLED = 45_000; // ms from the last byte on
const MOST_TRIES = 2;
const MOST_FAILURES = 4;
const HANGS = -1; // in place of an answer

let failures = 0; // a bucket that this network does not let through, or that hangs, is not tried for ever
addEventListener("online", () => (failures = 0)); // it may have been the network

/** Resolves to the name by which the bucket has `file`, or to "": then send the file itself.

    `progress(share)` hears how much of it has gone, from 0 to 1; `signal` ends it.
    @param {Blob} file
    @param {(share: number) => void} progress
    @param {AbortSignal} [signal] */
export async function sendStraight(file, progress, signal) {
  const address = document.querySelector("[data-straight]")?.dataset.straight;
  for (
    let attempt = 0;
    address && !signal?.aborted && attempt < MOST_TRIES && failures < MOST_FAILURES;
    attempt += 1
  ) {
    const offer = await ask(address, file.type, signal);
    if (!offer) return "";
    const status = await put(offer, file, progress, signal);
    if (signal?.aborted) return "";
    if (status === 201) {
      failures = 0;
      return offer.name;
    }
    failures = status === HANGS ? MOST_FAILURES : failures + 1;
    if (status) return ""; // refused: the city says why, in words
  }
  return "";
}

async function ask(
  /** @type {string} */ address,
  /** @type {string} */ kind,
  /** @type {AbortSignal} */ signal,
) {
  const body = new FormData();
  body.append("kind", kind);
  try {
    const headers = { "X-CSRFToken": csrfToken() };
    const answer = await fetch(address, { method: "POST", body, headers, signal });
    return answer.status === 201 ? await answer.json() : null;
  } catch (error) {
    if (["TypeError", "AbortError"].includes(error.name)) return null; // no network, or called off
    throw error;
  }
}

/* Resolves to the bucket's answer; 0 where there was none, or the connection was cut; HANGS where not
   a byte could be sent, or all of them went and no answer came, though nothing said that the connection
   is gone. */
async function put(offer, /** @type {File} */ file, progress, /** @type {AbortSignal} */ signal) {
  const body = new FormData();
  for (const [name, value] of Object.entries(offer.fields)) body.append(name, value);
  body.append("file", file);
  let gone = 0;
  let hangs = false;
  const hear = (/** @type {number} */ share) => {
    gone = share;
    progress(share);
  };
  const onStall = () => (hangs = gone === 0 || gone === 1);
  const times = { silent: SILENT, patience: STALLED, onStall };
  const xhr = await transfer(offer.url, body, { progress: hear, signal, ...times });
  return hangs ? HANGS : xhr.status;
}
