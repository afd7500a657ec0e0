// Tests for the idempotency keys of completions sent by a crew (static/js/outbox/completions.js).

import assert from "node:assert/strict";
import { test } from "node:test";
import { page } from "./browser.js";

const { put } = page();
put("document", { documentElement: { lang: "en" }, querySelector: () => null });
const { completions, discard, findCompletion, findRows, isSafe, newRow, updateRow, wasDiscarded } =
  await import("../../static/js/outbox/completions.js");
const ABOUT = { key: "the page's", user: "wes", reference: "A1", path: "/staff/A1/completion/" };

test("each row has a key of its own, not that of a page that was kept", () => {
  const [one, other] = [newRow(ABOUT), newRow(ABOUT)];
  assert.notEqual(one.key, other.key);
  assert.notEqual(one.key, ABOUT.key);
});

test("a browser that makes no keys takes the page's", () => {
  Object.defineProperty(crypto, "randomUUID", { value: undefined, configurable: true });
  assert.equal(newRow(ABOUT).key, ABOUT.key);
  delete crypto.randomUUID;
});

test("what a form has goes under its key, its person and what that person had seen", async () => {
  const row = await updateRow(newRow({ ...ABOUT, seen: "7" }), (kept) =>
    kept.fields.push(["note", "Filled"]),
  );
  assert.deepEqual(await findCompletion("A1", "wes"), row);
  assert.equal(await findCompletion("A1", "ann"), undefined);
  await completions.remove(row.key);
});

test("what waits in a form is apart from what is being filled in there, and from other forms", async () => {
  const waits = await updateRow(newRow({ ...ABOUT, kind: "note" }), (kept) => (kept.state = "waiting"));
  const draft = await updateRow(newRow({ ...ABOUT, kind: "note" }), (kept) => (kept.says = []));
  await updateRow(newRow({ ...ABOUT, kind: "hold" }), (kept) => (kept.says = []));
  assert.deepEqual(await findRows("A1", "wes", "note"), { draft, waiting: waits });
  assert.equal(await findCompletion("A1", "wes"), undefined);
});

test("what was thrown away is told apart from what was sent", async () => {
  const row = await updateRow(newRow(ABOUT), (kept) => (kept.says = []));
  assert.equal(isSafe(row.key), false); // this browser stores nothing
  await discard(row.key);
  assert.equal(wasDiscarded(row.key), true);
  assert.equal(wasDiscarded("another"), false);
  assert.equal(await completions.get(row.key), undefined);
});
