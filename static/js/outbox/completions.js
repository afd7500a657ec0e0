// What a crew member completed, started, put on hold, returned or noted, and the server does not have yet. A
// reload, a lost connection or a phone that unloads the page to open the camera loses nothing. If there is no
// database, rows exist as long as the page. `state` of a row, in addition to the outbox's:
//   changed   the job changed meanwhile: a person must read what happened
//   refused   something is missing or wrong; `says` has the messages
//   gone      the job is not assigned to this person any more

import { inCrew } from "./database.js";
import { isToSend, createOutbox } from "./outbox.js";
import { uploadPhoto } from "../lib/photo-upload.js";
import { csrfToken, transfer } from "../lib/upload.js";

const ANSWER = 30_000; // ms
/** @type {Record<number, string>} */
const STATES = {
  400: "refused",
  403: "signed-out",
  404: "gone",
  409: "changed",
  410: "gone",
  413: "refused",
  422: "refused",
};
const FINISH = "#finish";
const WORDS =
  "main > .notice--bad, .error-summary > p:not([data-aside]), .error-summary > ul > li, .error-summary .timeline > li, [data-problem] > p, body > .usa-error-message";
const headers = { Accept: "application/json, text/html;q=0.9" };
const memory = new Map();
const discarded = new Set(); // keys of rows that a person discarded on this page

/** @type {Outbox<Completion>} */
export const completions = createOutbox({
  database: inCrew,
  store: { name: "completions", key: "key", memory },
  lifetime: { draft: 7 },
  endpoints: { token: csrfToken, sendPart, send },
  fields: listPairs,
  parts: {
    waiting: ({ photos }) => photos.filter(({ id }) => !id),
    taken: ({ key }, { n }, { id, small, far }) =>
      updatePhoto(key, n, (photo) => Object.assign(photo, { id, small, far })),
    refused: ({ key }, { n }) =>
      completions.update(key, (row) => (row.photos = row.photos.filter((photo) => photo.n !== n))),
  },
  afterRefusal,
});

/** Return a new row. Its key is new, because the page's key may come from a cached page and may have been
    used before.
    @type {(about: DOMStringMap | Partial<Completion>) => Completion} */
export function newRow({ key, user, reference, path, upload, name, place, seen, kind, page }) {
  const about = { key: crypto.randomUUID?.() ?? key, user, reference, path, upload, name, place, seen };
  return { ...about, kind, page, fields: [], photos: [], state: "draft", says: [], at: Date.now() };
}

/** Return this person's row for one job that the server does not have yet, begun or completed. */
export const findCompletion = async (/** @type {string} */ reference, /** @type {string} */ user) =>
  (await completions.all({ reference, user, kind: undefined })).at(-1);

/** Return this person's rows of one form on a job's page: the `draft` that is being filled in, and the row
    `waiting` to be sent; either may be missing.
    @type {(reference: string, user: string, kind: string) =>
      Promise<{draft?: Completion, waiting?: Completion}>} */
export async function findRows(reference, user, kind) {
  const rows = await completions.all({ reference, user, kind });
  return { draft: rows.filter((row) => !isToSend(row)).at(-1), waiting: rows.find(isToSend) };
}

/** Return the value of the field with this name.
    @type {(row: Completion, name: string) => string} */
export const valueOf = ({ fields }, name) => fields.find(([field]) => field === name)?.[1] ?? "";

/** Change the stored `row`; if it is not stored, change and store `row`. Resolves to the row as it is then.
    @type {(row: Completion, act: (kept: Completion) => void) => Promise<Completion>} */
export const updateRow = (row, act) => completions.update(row.key, act, row);

/** Return whether the row remains stored on the phone when this page is closed. */
export const isSafe = (/** @type {string} */ key) => !memory.has(key);

/** Delete a row that a person does not want to send. */
export async function discard(/** @type {string} */ key) {
  discarded.add(key);
  await completions.remove(key);
}

/** Return whether a row that no longer exists was discarded on this page, and not sent. */
export const wasDiscarded = (/** @type {string} */ key) => discarded.has(key);

/** Change the photo with the number `n`.
    @type {(key: string, n: Part["n"], act: (photo: KeptPhoto) => void) => Promise<Completion>} */
const updatePhoto = (key, n, act) =>
  completions.update(key, (row) => row.photos.filter((photo) => photo.n === n).forEach(act));

/** @returns {Pair[]} */
function listPairs(/** @type {Completion} */ { key, user, seen, fields, photos, isLater }) {
  /** @type {Record<string, string>} */
  const own = { key, by: user, seen, ...(isLater && { later: "1" }) };
  const ids = [...new Set(photos.map(({ id }) => id))];
  const rest = fields.filter(([name]) => !(name in own));
  return [...Object.entries(own), ...rest, ...ids.map((id) => /** @type {Pair} */ (["photo", id]))];
}

/** Send a photo. It counts as uploaded only after the server has confirmed it.
    @type {SendPart<Completion>} */
async function sendPart({ key, user, upload }, { blob, name }, _token, progress) {
  const about = Object.entries({ key, by: user });
  const isTaken = (/** @type {{status: number}} */ { status }) => status === 200;
  const options = { name, about, isTaken, progress: (/** @type {number} */ share) => progress(0.99 * share) };
  const answer = readAnswer(await uploadPhoto(upload, blob, options), upload);
  if (!isTaken(answer)) return { ...answer, isRefused: STATES[answer.status] === "refused" };
  const id = answer.page.querySelector("[name=photo]")?.getAttribute("value");
  if (!id) return { status: 0 }; // the welcome page of a hotel network
  const far = answer.page.querySelector("[data-far]")?.textContent.trim() ?? "";
  return { status: 200, isTaken: true, id, small: answer.page.querySelector("img").getAttribute("src"), far };
}

/** @type {Send<Completion>} */
async function send({ path }, form, token) {
  const options = { headers: { ...headers, "X-CSRFToken": token }, patience: ANSWER };
  return readAnswer(await transfer(path, form, options), path);
}

/** @type {(request: XMLHttpRequest, address: string) => Answer} */
function readAnswer(request, address) {
  const isOurs = request.responseURL && new URL(request.responseURL).pathname === address;
  if (!isOurs) return { status: 0 }; // empty, or redirected elsewhere
  const { status, response } = request;
  const isJson = request.getResponseHeader("Content-Type")?.startsWith("application/json");
  if (status === 201 && isJson) return { status, receipt: { then: JSON.parse(response).then } };
  const page = parsePage(response);
  return { status, page, problems: findProblems(page) };
}

const parsePage = (/** @type {string} */ text) => new DOMParser().parseFromString(text, "text/html");

/* Return the server's messages: what is wrong, or what happened meanwhile. */
function findProblems(/** @type {Document} */ page) {
  const words = [...page.querySelectorAll(WORDS)].map((line) => {
    const parts = line.querySelectorAll("time, p");
    return (parts.length ? [...parts] : [line]).map(({ textContent }) => textContent.trim()).join(" ");
  });
  return [...new Set(words.filter(Boolean))];
}

/** @type {AfterRefusal<Completion>} */
async function afterRefusal(row, { status, page, problems }, isAgain) {
  const state = STATES[status];
  if (!state) return undefined;
  if (!isAgain && (await tryToMend(row, status, page))) return { again: [] };
  /** @type {Partial<Completion>} */
  const next = { state, says: problems };
  if (state === "changed") Object.assign(next, readRetryValues(row, page));
  if (state === "gone") next.moved = hasWork(row) ? readMoved(page?.querySelector(FINISH)) : null;
  return next;
}

/** Fix what needs no person: an expired token, or photos that the server deleted. Resolves to whether it was
    fixed.
    @type {(row: Completion, status: number, page?: Document) => Promise<boolean>} */
async function tryToMend(row, status, page) {
  if (status === 403) return isSignedIn(row);
  if (status !== 422 || !page) return false;
  const known = [...page.querySelectorAll("input[name=photo]")].map((input) => input.value);
  const lost = row.photos.filter((photo) => !known.includes(photo.id));
  for (const { n } of lost)
    await updatePhoto(row.key, n, (photo) => Object.assign(photo, { id: null, small: null }));
  return lost.length > 0;
}

/* Return whether the person is signed in. Fetching the form returns a new token; the sign-in page and another
   person's form do not count. */
async function isSignedIn(/** @type {Completion} */ row) {
  try {
    const answer = await fetch(row.page ?? row.path, { signal: AbortSignal.timeout(ANSWER) });
    const page = parsePage(await answer.text());
    return page.querySelector("[data-crew-user]")?.dataset.crewUser === row.user;
  } catch {
    return false;
  }
}

/** Return the `seen` value and the path of the form on the server's page; if the page has no such form,
    return the page's `seen` value.
    @type {(row: Completion, page?: Document) => Partial<Completion>} */
function readRetryValues({ kind }, page) {
  /** @type {HTMLFormElement} */
  const form = page?.querySelector(kind ? `form#${kind}, #${kind} form` : FINISH);
  const seen = form?.elements.seen ?? page?.querySelector("[name=seen]");
  return { ...(seen && { seen: seen.value }), ...(form && { path: form.getAttribute("action") }) };
}

/* Return whether the row has something to send to the current assignee of the job. */
const hasWork = (/** @type {Completion} */ row) =>
  !row.kind || row.photos.length > 0 || Boolean(valueOf(row, "words").trim());

/* Return where the work can be sent now, as the page of a reassigned job says. */
function readMoved(/** @type {HTMLFormElement} */ form) {
  if (form?.dataset.handover === undefined) return null;
  const { where, send: label, sent } = form.dataset;
  return { path: form.getAttribute("action"), where, send: label, sent };
}
