// What a form must carry, fresh from the city. The answer also brings this browser the key that makes
// its reports its own; without it the city takes nothing from a script and answers 412. One page or
// worker asks at a time: two first answers would each bring another key, and the later one would win.

const TOKEN = "/report/token/";
const PATIENCE = 30_000; // ms

/** Resolves to the token; to undefined where the city cannot be reached. */
export function freshToken() {
  if (!navigator.locks) return ask();
  return navigator.locks.request("key", ask);
}

async function ask() {
  try {
    const response = await fetch(TOKEN, { redirect: "error", signal: AbortSignal.timeout(PATIENCE) });
    return response.ok ? (await response.json()).token : undefined;
  } catch (error) {
    if (["TypeError", "TimeoutError", "AbortError", "SyntaxError"].includes(error.name)) return undefined;
    throw error;
  }
}
