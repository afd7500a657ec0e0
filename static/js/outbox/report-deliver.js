// Sends the reports that wait: the photos one by one, then the rest with the report's key. Pages and
// the service worker both do, one at a time; whatever arrives twice is one request to the city.

import { all, change } from "./report-rows.js";
import { solve } from "../filing/challenge-worker.js";
import { forget, waiting } from "./parts.js";
import { freshToken } from "./token.js";

const ANSWER = 30_000; // ms
const ANSWER_TO_PHOTO = 60_000;
const SLOWEST = 10; // bytes a ms: what a photo goes with at the worst, for nothing tells its progress

/** Try to send all that waits; resolves to how many still do. */
export async function deliverAll() {
  await alone(async () => {
    for (const row of (await all()).filter(isToSend)) if (!(await deliver(row))) break;
  });
  return (await all()).filter(isToSend).length;
}

const isToSend = ({ state }) => state === "waiting";

function alone(act) {
  if (!navigator.locks) return act(); // the key alone keeps it from being done twice
  return navigator.locks.request("reports", act);
}

/* Resolves to whether the city was there: if not, the next one need not be tried. */
async function deliver(row) {
  const token = await freshToken();
  if (!token) return false;
  const answer = (await deliverPhotos(row, token)) ?? (await hand(row, token));
  const { reference, then = `/report/${row.id}/what/`, problems = [], danger = "" } = answer.content ?? {};
  if (answer.status === 201 && reference) {
    return settle(row, { state: "sent", reference, then, danger, values: [], says: [], at: Date.now() });
  }
  if (isFinal(answer)) return settle(row, { state: "refused", says: problems, then });
  return false;
}

/* Resolves to an answer that stands in the way, as to one that refuses some of them; or to nothing. */
async function deliverPhotos(row, token) {
  const problems = [];
  for (const [key, file] of await waiting(row.photosAt)) {
    const body = new FormData();
    body.append("photos", file, file.name);
    const patience = ANSWER_TO_PHOTO + file.size / SLOWEST;
    const answer = await ask(row.photosAt, { method: "POST", body, headers: headers(token) }, patience);
    const refused = [413, 422].includes(answer.status) ? answer.content?.problems : undefined;
    if (![201, 409].includes(answer.status) && !refused) return answer;
    await forget(key);
    problems.push(...(refused ?? []));
  }
  return problems.length ? { status: 422, content: { problems } } : undefined;
}

/* While very many come in the city asks for a little work first. */
async function hand(row, token) {
  const body = formOf(row);
  const send = () => ask(row.path, { method: "POST", body, headers: headers(token) }, ANSWER);
  const answer = await send();
  if (answer.status !== 428 || !answer.content?.challenge) return answer;
  body.append("challenge", answer.content.challenge);
  body.append("altcha", await solve(JSON.parse(answer.content.challenge)));
  return send();
}

function formOf(row) {
  const body = new FormData();
  for (const [name, value] of row.values) body.append(name, value);
  return body;
}

const headers = (token) => ({ "X-CSRFToken": token, Accept: "application/json" });

const isFinal = ({ status }) => [400, 403, 404, 413, 422].includes(status);

async function settle(row, changes) {
  await change(row.id, changes);
  return true;
}

/* Resolves to {status, content}; status 0 when there was no answer worth having. */
async function ask(address, options, patience) {
  try {
    const response = await fetch(address, {
      ...options,
      redirect: "error",
      signal: AbortSignal.timeout(patience),
    });
    const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
    return { status: response.status, content: isJson ? await response.json() : null };
  } catch (error) {
    if (["TypeError", "TimeoutError", "AbortError", "SyntaxError"].includes(error.name)) return { status: 0 };
    throw error;
  }
}
