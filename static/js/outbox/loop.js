// Retry the rows of an outbox until all are sent: now, when the network returns, and when the page becomes
// visible.

const SOONEST = 5; // seconds until the next try, doubled with each failure
const LATEST = 300;

/** Begin to send the rows of `box` that have these values (`about`). Returns {now, later}: now() tries at
    once, and concurrent calls share one attempt; later() schedules the next attempt.
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
