// Reports that are written and not sent yet. The server remembers a key longer than a report waits here
// (SENT_DRAFTS_LIVE in requests_app/privacy/retention.py). `state` of a row, in addition to the outbox's:
//   refused   the server needs something else: `says` has its messages, `then` the URL to fix it
//   sent      the server has it, under `reference`; `then` is the URL of the receipt

import { fetchJson, fetchToken } from "../lib/api.js";
import { inReport } from "./database.js";
import { createOutbox } from "./outbox.js";
import { forgetPhoto, findWaiting } from "./pending-photos.js";
import { solveChallenge } from "../lib/challenge.js";

const ANSWER = 30_000; // ms
const ANSWER_TO_PHOTO = 60_000;
const SLOWEST = 10; // bytes per ms: the lowest assumed speed of a photo upload, as there is no progress event
const FINAL = [400, 403, 404, 413, 422];

/** @type {Outbox<WaitingReport>} */
export const reports = createOutbox({
  database: inReport,
  store: { name: "reports", key: "id" },
  lifetime: { waiting: 60, refused: 60, sent: 7 },
  endpoints: { token: fetchToken, sendPart, send },
  fields: ({ values }) => values,
  parts: {
    waiting: async ({ photosAt }) => (await findWaiting(photosAt)).map(([n, file]) => ({ n, file })),
    taken: (_row, { n }) => forgetPhoto(n),
    refused: (_row, { n }) => forgetPhoto(n),
  },
  afterRefusal,
});

/** Return the URLs of the report with this key. */
export const buildAddresses = (/** @type {string} */ id) => ({
  path: `/report/${id}/delivery/`,
  photosAt: `/report/${id}/photos/`,
});

/** Store a report to be sent; resolves to whether this phone could store it.
    @type {(id: string, about: Pick<WaitingReport, "values" | "title" | "place">) => Promise<boolean>} */
export async function keepReport(id, { values, title, place }) {
  /** @type {WaitingReport} */
  const row = { id, ...buildAddresses(id), values, title, place, state: "waiting", says: [], at: Date.now() };
  const isKept = await reports.put(row);
  if (isKept) registerSync();
  return isKept;
}

/* Let the browser wake the service worker when the network returns and no page is open, if it can. */
async function registerSync() {
  const registration = await navigator.serviceWorker?.getRegistration();
  await registration?.sync?.register("reports").catch(() => {}); // not allowed: pages send it
}

/** @type {SendPart<WaitingReport>} */
async function sendPart({ photosAt }, { file }, token) {
  const body = new FormData();
  body.append("photos", file, file.name);
  const answer = await postForm(photosAt, body, token, ANSWER_TO_PHOTO + Math.ceil(file.size / SLOWEST));
  const isRefused = [413, 422].includes(answer.status) && answer.problems !== undefined;
  return { ...answer, isTaken: [201, 409].includes(answer.status), isRefused };
}

/** @type {Send<WaitingReport>} */
async function send({ path }, form, token) {
  const answer = await postForm(path, form, token, ANSWER);
  const { status, reference, then, danger = "" } = answer;
  if (status === 201 && reference)
    answer.receipt = Object.assign({ then }, { reference, danger, values: [] });
  return answer;
}

/** @type {(address: string, body: FormData, token: string, patience: number) => Promise<Answer>} */
function postForm(address, body, token, patience) {
  const headers = { "X-CSRFToken": token, Accept: "application/json" };
  return fetchJson(address, { method: "POST", body, headers }, patience);
}

/** Solve the challenge that the server demands while very many reports come in, and return the values to send
    again; after a final refusal, return the new values of the row.
    @type {AfterRefusal<WaitingReport>} */
async function afterRefusal({ id }, { status, problems = [], then, challenge }, isAgain) {
  if (status === 428 && challenge && !isAgain) {
    const solved = await solveChallenge(JSON.parse(challenge));
    return { again: Object.entries({ challenge, altcha: solved }) };
  }
  if (!FINAL.includes(status)) return undefined;
  return { state: "refused", says: problems, then: then ?? `/report/${id}/what/` };
}
