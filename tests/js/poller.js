// Tests for the times at which a page polls the server (static/js/lib/poller.js).

import assert from "node:assert/strict";
import { test } from "node:test";
import { page } from "./browser.js";

const { Poller } = await import("../../static/js/lib/poller.js");

/** Return a poller that polls each of `all` every ten seconds, and the list of its requests. */
function begin(t, all = ["queue"], pause = () => 10) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  t.mock.method(Math, "random", () => 0.5);
  const { send } = page();
  const asked = [];
  const returns = [];
  const poller = new Poller({
    pause,
    ask: (what) => asked.push(what),
    all: () => all,
    comeBack: () => returns.push("back"),
  });
  poller.start();
  return { poller, asked, returns, send, later: (seconds) => t.mock.timers.tick(seconds * 1000) };
}

test("each thing is asked for when its time comes, and then not before the answer", (t) => {
  const { poller, asked, later } = begin(t, ["queue", "panel"], (what) => (what === "queue" ? 4 : 10));
  later(9.9);
  assert.deepEqual(asked, ["queue"]);
  later(0.1);
  assert.deepEqual(asked, ["queue", "panel"]);
  poller.scheduleAll();
  later(4);
  assert.deepEqual(asked, ["queue", "panel", "queue"]);
});

test("news of something else does not put off what is due", (t) => {
  const { poller, asked, later } = begin(t);
  for (let second = 0; second < 10; second += 1) {
    poller.scheduleAll();
    later(1);
  }
  assert.deepEqual(asked, ["queue"]);
});

test("what has no time is not asked for", (t) => {
  const { poller, asked, later, send } = begin(t, ["queue"], () => NaN);
  later(1000);
  send("online");
  poller.ask("queue");
  assert.deepEqual(asked, []);
});

test("somebody's return and the network's ask at once", (t) => {
  const { asked, send } = begin(t);
  send("visibilitychange");
  send("online");
  send("pageshow", { persisted: true });
  assert.equal(asked.length, 3);
  globalThis.document.hidden = true;
  send("online");
  assert.equal(asked.length, 3);
});

test("a poller that stopped asks no more until it is told to, and says that somebody returned", (t) => {
  const { poller, asked, returns, send, later } = begin(t);
  poller.stop();
  later(1000);
  send("visibilitychange");
  assert.deepEqual([asked, returns], [[], ["back"]]);
  poller.resume();
  assert.deepEqual(asked, ["queue"]);
});

test("a try without an answer is counted and shown, and so is the end of a session", () => {
  const shown = [];
  const poller = new Poller({ pause: () => NaN, ask: () => {}, show: (state) => shown.push(state) });
  poller.fail();
  poller.fail();
  poller.stop();
  assert.deepEqual([poller.failures, shown], [2, ["unreachable", "unreachable", "gone"]]);
});
