// Tests for the databases on the phone (static/js/outbox/database.js).

import assert from "node:assert/strict";
import { test } from "node:test";
import { databases, page } from "./browser.js";

const { put } = page();
let copies = 0;
/** Import a new copy of the module, because a module opens each database only once. */
const fresh = () => import(`../../static/js/outbox/database.js?${(copies += 1)}`);
const ROW = { id: "1", title: "Pothole" };

test("a row is there again for a page that opens the database later", async () => {
  put("indexedDB", databases());
  const before = await fresh();
  await before.inReport("reports", "readwrite", (rows) => rows.put(ROW));
  const { inReport } = await fresh();
  assert.deepEqual(await inReport("reports", "readonly", (rows) => rows.getAll()), [ROW]);
});

test("a database that was closed unnoticed is opened anew", async () => {
  const opened = databases();
  let opens = 0;
  put("indexedDB", { open: () => (opens += 1) && opened.open() });
  const { inReport } = await fresh();
  await inReport("reports", "readwrite", (rows) => rows.put(ROW));
  const { db } = opened;
  const { transaction } = db;
  db.transaction = () => {
    db.transaction = transaction;
    throw new DOMException("closed", "InvalidStateError");
  };
  assert.deepEqual(await inReport("reports", "readonly", (rows) => rows.get("1")), ROW);
  assert.equal(opens, 2);
});

test("a database that stays closed is a fault", async () => {
  const opened = databases();
  put("indexedDB", opened);
  const { inReport } = await fresh();
  await inReport("reports", "readonly", (rows) => rows.count());
  opened.db.transaction = () => {
    throw new DOMException("closed", "InvalidStateError");
  };
  await assert.rejects(
    inReport("reports", "readonly", (rows) => rows.count()),
    { name: "InvalidStateError" },
  );
});

test("a page that needs another shape of the database gets it", async () => {
  const opened = databases();
  let isClosed = false;
  opened.db.close = () => (isClosed = true);
  put("indexedDB", opened);
  const { inReport } = await fresh();
  await inReport("reports", "readonly", (rows) => rows.count());
  opened.db.onversionchange();
  assert.equal(isClosed, true);
  assert.equal(await inReport("reports", "readonly", (rows) => rows.count()), 0);
});

test("what sends is loaded where something waits, and not before", async () => {
  put("indexedDB", databases());
  const { callWhenAny, inReport } = await fresh();
  const loads = [];
  await callWhenAny(inReport, "reports", () => loads.push("loaded"));
  assert.deepEqual(loads, []);
  await inReport("reports", "readwrite", (rows) => rows.put(ROW));
  await callWhenAny(inReport, "reports", () => loads.push("loaded"));
  assert.deepEqual(loads, ["loaded"]);
});
