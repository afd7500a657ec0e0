// Tests for stored text that was typed and not sent (static/js/lib/draft-store.js).

import assert from "node:assert/strict";
import { test } from "node:test";
import { page } from "./browser.js";

const { put } = page();
const { DraftStore } = await import("../../static/js/lib/draft-store.js");
const { device, tab } = await import("../../static/js/lib/storage.js");

/** A replacement for `localStorage` that keeps values as its own properties, as browsers do. */
function kept() {
  const hidden = (value) => ({ value, enumerable: false });
  const own = {};
  return Object.defineProperties(own, {
    getItem: hidden((key) => own[key] ?? null),
    setItem: hidden((key, value) => void (own[key] = value)),
    removeItem: hidden((key) => void delete own[key]),
  });
}

test("what was typed is there again, in its order", () => {
  put("localStorage", kept());
  const drafts = new DraftStore(device, "report:");
  const typed = [
    ["answer", "one"],
    ["answer", "two"],
  ];
  drafts.write("A-what", typed);
  assert.deepEqual(new DraftStore(device, "report:").read("A-what"), typed);
  assert.equal(drafts.read("A-where"), null);
});

test("only what is meant is forgotten, and nothing of another purpose", () => {
  put("localStorage", kept());
  const drafts = new DraftStore(device, "report:");
  for (const name of ["A-what", "A-where", "B-what"]) drafts.write(name, [["note", name]]);
  globalThis.localStorage.setItem("desk-keys", "off");
  drafts.forget((name) => name.startsWith("A-"));
  assert.deepEqual(Object.keys(globalThis.localStorage), ["report:B-what", "desk-keys"]);
});

test("what nobody came back for is forgotten after its time", (t) => {
  put("localStorage", kept());
  const drafts = new DraftStore(device, "report:");
  t.mock.timers.enable({ apis: ["Date"], now: 0 });
  drafts.write("old", [["note", "a"]]);
  t.mock.timers.tick(1000);
  drafts.write("new", [["note", "b"]]);
  drafts.forgetOlder(1000);
  assert.deepEqual([drafts.read("old"), drafts.read("new")], [null, [["note", "b"]]]);
});

test("another agent's words in this tab are told apart", () => {
  put("sessionStorage", kept());
  const drafts = new DraftStore(tab, "desk:");
  drafts.write("1", [["r reply", "Hello"]]);
  drafts.write("12", [["r reply", "Good bye"]]);
  drafts.forget((agent) => agent !== "1");
  assert.deepEqual([drafts.read("1"), drafts.read("12")], [[["r reply", "Hello"]], null]);
});
