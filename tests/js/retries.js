// Tests for the times of retries (static/js/outbox/loop.js).

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { database, page, tick } from "./browser.js";

let tries; // the time of each attempt, in seconds
let isThere; // whether the server is reachable
let send;

beforeEach(() => {
  tries = [];
  isThere = false;
});

/** Begin to send one row, with a clock that only `later(seconds)` moves. */
async function begin(t) {
  ({ send } = page());
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { createOutbox } = await import("../../static/js/outbox/outbox.js");
  const { startRetryLoop } = await import("../../static/js/outbox/loop.js");
  let now = 0;
  const box = createOutbox({
    database: database(),
    store: { name: "rows", key: "id" },
    lifetime: {},
    endpoints: {
      token: () => "t",
      send: async () => {
        tries.push(now);
        return isThere ? { status: 201, receipt: { then: "/" } } : { status: 0 };
      },
    },
    fields: () => [],
    parts: { waiting: () => [] },
    afterRefusal: async () => undefined,
  });
  await box.put({ id: "1", state: "waiting", says: [], at: Date.now() });
  const sending = startRetryLoop(box);
  await settled();
  const later = async (seconds) => {
    now += seconds;
    t.mock.timers.tick(seconds * 1000);
    await settled();
  };
  return { box, sending, later };
}

/** Resolves when a started attempt has finished. */
async function settled() {
  for (let n = 0; n < 60; n += 1) await tick();
}

test("a failed try is followed by others, each after twice the time, at the most five minutes", async (t) => {
  const { later } = await begin(t);
  for (let second = 0; second < 1300; second += 5) await later(5);
  const pauses = tries.slice(1).map((at, n) => at - tries[n]);
  assert.deepEqual(pauses, [5, 10, 20, 40, 80, 160, 300, 300, 300]);
});

test("no try follows once the city has it", async (t) => {
  const { later } = await begin(t);
  isThere = true;
  await later(5);
  await later(1000);
  assert.deepEqual(tries, [0, 5]);
});

test("the network's return is tried at once, and the times begin anew", async (t) => {
  const { later } = await begin(t);
  await later(5);
  await later(10);
  send("online");
  await settled();
  await later(5);
  assert.deepEqual(tries, [0, 5, 15, 15, 20]);
});

test("a page that comes back to the front tries at once", async (t) => {
  await begin(t);
  send("visibilitychange");
  await settled();
  send("pageshow", { persisted: true });
  await settled();
  send("pageshow", { persisted: false });
  await settled();
  assert.equal(tries.length, 3);
});

test("who asks during a try waits for the same one", async (t) => {
  const { sending } = await begin(t);
  await Promise.all([sending.now(), sending.now()]);
  assert.equal(tries.length, 2);
});

test("something that waits without a try is tried after five seconds", async (t) => {
  isThere = true;
  const { box, sending, later } = await begin(t);
  await box.put({ id: "2", state: "waiting", says: [], at: Date.now() });
  sending.later();
  await later(4);
  assert.equal(tries.length, 1);
  await later(1);
  assert.equal(tries.length, 2);
});
