// What pages and the service worker ask of the city, in JSON.

const TOKEN = "/report/token/";
const PATIENCE = 30_000; // ms
const NO_ANSWER = ["TypeError", "TimeoutError", "AbortError", "SyntaxError"]; // names of what fetch throws

/** Resolves to the answer's {status, …} with what its JSON says; status 0 where there was no answer worth
    having within `patience` (ms).
    @param {string} address
    @param {RequestInit} options
    @returns {Promise<Answer>} */
export async function fetchJson(address, options = {}, patience = PATIENCE) {
  try {
    const signal = AbortSignal.timeout(patience);
    const response = await fetch(address, { ...options, redirect: "error", signal });
    const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
    return { ...(isJson && (await response.json())), status: response.status };
  } catch (error) {
    if (NO_ANSWER.includes(error.name)) return { status: 0 };
    throw error;
  }
}

/** What a form must carry, fresh from the city; undefined where that cannot be reached.

    The answer also brings this browser the key that makes its reports its own; without it the city takes
    nothing from a script and answers 412. One page or worker asks at a time: two first answers would each
    bring another key, and the later one would win. */
export async function fetchToken() {
  const fresh = () => fetchJson(TOKEN);
  const { token } = await (navigator.locks ? navigator.locks.request("key", fresh) : fresh());
  return token;
}
