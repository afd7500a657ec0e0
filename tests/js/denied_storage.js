// Tests for browsers that deny storage (static/js/lib/storage.js, static/js/outbox/database.js).

import assert from "node:assert/strict";
import { test } from "node:test";
import { page } from "./browser.js";

const { put } = page();
const { device, tab } = await import("../../static/js/lib/storage.js");
let copies = 0;
/** Import a new copy of the module, because a module opens each database only once. */
const databases = () => import(`../../static/js/outbox/database.js?${(copies += 1)}`);
const count = (rows) => rows.count();

const refuse = () => {
  throw new DOMException("denied", "SecurityError");
};

test("what a browser refuses to keep is there as long as the page", () => {
  Object.defineProperty(globalThis, "localStorage", { get: refuse, configurable: true });
  assert.equal(device.isKept(), false);
  assert.equal(device.set("a", "1"), false);
  assert.equal(device.get("a"), "1");
  assert.deepEqual(device.keys(), ["a"]);
  device.remove("a");
  assert.equal(device.get("a"), null);
});

test("what has no room is there as long as the page, and what was kept before stays", () => {
  const full = { a: "old", getItem: (key) => full[key] ?? null, removeItem: (key) => delete full[key] };
  full.setItem = () => {
    throw new DOMException("full", "QuotaExceededError");
  };
  put("sessionStorage", full);
  assert.equal(tab.get("a"), "old");
  assert.equal(tab.set("a", "new"), false);
  assert.equal(tab.get("a"), "new");
});

test("another failure of a store is not taken for a refusal", () => {
  put("sessionStorage", {
    getItem: () => {
      throw new TypeError("a fault");
    },
  });
  assert.throws(() => tab.get("another"), TypeError);
});

for (const [which, indexedDB] of [
  ["has no database", undefined],
  ["forbids databases", { open: refuse }],
  ["has no room for a database", { open: () => failing() }],
])
  test(`a browser that ${which} keeps no rows, and says so by nothing`, async () => {
    put("indexedDB", indexedDB);
    const { inReport } = await databases();
    assert.equal(await inReport("reports", "readonly", count), undefined);
  });

function failing() {
  const request = {};
  setImmediate(() => request.onerror());
  return request;
}

test("a report that the browser cannot keep is said not to be kept", async () => {
  put("indexedDB", undefined);
  const { keepReport, reports } = await import("../../static/js/outbox/reports.js");
  assert.equal(await keepReport("1", { values: [], title: "Pothole", place: "" }), false);
  assert.deepEqual(await reports.all(), []);
});

test("a photo that the browser cannot keep has no key, and is found nowhere", async () => {
  put("indexedDB", undefined);
  const photos = await import("../../static/js/outbox/pending-photos.js");
  const key = await photos.keepPhoto("/report/1/photos/", new File(["x"], "hole.jpg"));
  assert.equal(key, undefined);
  await photos.markArrived(key, "7");
  await photos.forgetPhoto(key);
  assert.deepEqual(await photos.findWaiting("/report/1/photos/"), []);
  assert.deepEqual(await photos.findArrived("/report/1/photos/"), []);
});

test("a draft that the browser refuses is there as long as the page", async () => {
  Object.defineProperty(globalThis, "localStorage", { get: refuse, configurable: true });
  const { DraftStore } = await import("../../static/js/lib/draft-store.js");
  const drafts = new DraftStore(device, "report:");
  drafts.write("A-what", [["note", "Deep"]]);
  assert.deepEqual(drafts.read("A-what"), [["note", "Deep"]]);
  drafts.forget((name) => name === "A-what");
  assert.equal(drafts.read("A-what"), null);
});
