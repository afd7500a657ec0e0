// JSON requests to the server, from pages and the service worker.

const TOKEN = "/report/token/";
const PATIENCE = 30_000; // ms
const NO_ANSWER = ["TypeError", "TimeoutError", "AbortError", "SyntaxError"]; // names of errors of fetch

/** Resolves to the status of the response and the values of its JSON. Status 0 means that there was no usable
    response within `patience` (ms), or that the `signal` of the options aborted it.
    @type {(address: string | URL, options?: RequestInit, patience?: number) => Promise<any>} */
export async function fetchJson(address, options = {}, patience = PATIENCE) {
  try {
    const signal = options.signal ?? AbortSignal.timeout(patience);
    const response = await fetch(address, { ...options, redirect: "error", signal });
    const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
    return { ...(isJson && (await response.json())), status: response.status };
  } catch (error) {
    if (NO_ANSWER.includes(error.name)) return { status: 0 };
    throw error;
  }
}

/** Return a new CSRF token from the server; undefined if the server cannot be reached. */
export async function fetchToken() {
  const fresh = () => fetchJson(TOKEN);
  const { token } = await (navigator.locks ? navigator.locks.request("key", fresh) : fresh());
  return token;
}
