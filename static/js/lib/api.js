// What pages and the service worker ask of the city, in JSON.

const TOKEN = "/report/token/";
const PATIENCE = 30_000; // ms
const NO_ANSWER = ["TypeError", "TimeoutError", "AbortError", "SyntaxError"]; // names of what fetch throws

/** Resolves to the answer's status with what its JSON says; status 0 where there was no answer worth having within
    `patience` (ms), or before the `signal` of the options called it off.
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

/** Return the token that a form must carry, fresh from the city; undefined where that cannot be reached. */
export async function fetchToken() {
  const fresh = () => fetchJson(TOKEN);
  const { token } = await (navigator.locks ? navigator.locks.request("key", fresh) : fresh());
  return token;
}
