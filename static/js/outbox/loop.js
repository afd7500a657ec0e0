// Sends what waits in an outbox, again and again until it is gone: now, when the network is back, and
// when the page comes to the front.

const SOONEST = 5; // seconds until the next try, doubled with each failure
const LATEST = 300;

/** Send from now on what waits in `box` and has these values (`about`). Returns {now, later}: now() tries
    at once, and who asks meanwhile waits for the same try; later() sees to it that there is a next one.
    @template R
    @param {Outbox<R>} box
    @param {Partial<R>} [about] */
export function startRetryLoop(box, about) {
  let run = /** @type {Promise<void> | null} */ (null);
  let timer = 0;
  let failures = 0;

  function now() {
    run ??= attempt();
    return run;
  }

  async function attempt() {
    clearTimeout(timer);
    try {
      failures = (await box.deliverAll(about)) ? failures + 1 : 0;
    } finally {
      run = null;
      timer = 0;
    }
    if (failures) later();
  }

  function later() {
    const seconds = Math.min(LATEST, SOONEST * 2 ** Math.max(0, failures - 1));
    if (!run) timer ||= setTimeout(now, seconds * 1000);
  }

  function startAnew() {
    failures = 0;
    now();
  }

  addEventListener("online", startAnew);
  addEventListener("pageshow", ({ persisted }) => persisted && startAnew());
  document.addEventListener("visibilitychange", () => document.hidden || startAnew());
  now();
  return { now, later };
}
