// Tests for sending a report from the outbox (static/js/outbox/reports.js).

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { databases, page } from "./browser.js";

const { put } = page();
put("indexedDB", databases());
const { keepReport, reports } = await import("../../static/js/outbox/reports.js");
const { keepPhoto, findWaiting } = await import("../../static/js/outbox/pending-photos.js");

const ABOUT = { values: [["description", "A deep one"]], title: "Pothole", place: "Oak Street" };
const ARRIVED = [201, { reference: "R1", then: "/report/sent/1/" }];
let city; // the responses of the server by the end of a URL, and the requests it got

beforeEach(async () => {
  city = { got: [], token: [200, { token: "t" }], photos: [201, {}], delivery: ARRIVED };
  for (const { id } of await reports.all()) await reports.remove(id);
});

put("fetch", async (address, { method, body, headers } = {}) => {
  const [name] = /[a-z]+(?=\/$)/.exec(address);
  if (method) city.got.push([name, Object.fromEntries(body), headers["X-CSRFToken"]]);
  const [status, answer] = typeof city[name] === "function" ? city[name]() : city[name];
  const options = { status, headers: { "Content-Type": "application/json" } };
  return new Response(JSON.stringify(answer), options);
});

async function send() {
  await keepReport("1", ABOUT);
  const outcome = await reports.deliver("1");
  return { outcome, row: await reports.get("1") };
}

test("a report that arrived stays with its reference, and without what was typed", async () => {
  const { outcome, row } = await send();
  assert.deepEqual([outcome.state, outcome.then], ["sent", "/report/sent/1/"]);
  assert.deepEqual([row.state, row.reference, row.danger, row.values], ["sent", "R1", "", []]);
  assert.deepEqual(city.got, [["delivery", { description: "A deep one" }, "t"]]);
});

test("words of danger that the city found stay with the report", async () => {
  city.delivery = [201, { reference: "R1", then: "/", danger: "Call 911." }];
  assert.equal((await send()).row.danger, "Call 911.");
});

test("a created answer without a reference is no receipt", async () => {
  city.delivery = [201, {}];
  const { outcome, row } = await send();
  assert.deepEqual([outcome.state, row.state], ["later", "waiting"]);
});

for (const status of [400, 403, 404, 413, 422])
  test(`a report that the city answers with ${status} says why, and where it is put right`, async () => {
    city.delivery = [status, { problems: ["Choose a place."], then: "/report/1/where/" }];
    const { row } = await send();
    assert.deepEqual([row.state, row.says, row.then], ["refused", ["Choose a place."], "/report/1/where/"]);
    assert.equal(await reports.deliverAll(), 0);
  });

test("a refusal that names no address leads to the first step", async () => {
  city.delivery = [400, {}];
  assert.equal((await send()).row.then, "/report/1/what/");
});

for (const status of [412, 429, 500, 503])
  test(`a report that the city answers with ${status} waits as it is`, async () => {
    city.delivery = [status, {}];
    const { row } = await send();
    assert.deepEqual([row.state, row.values], ["waiting", ABOUT.values]);
  });

test("a report waits where the city gives no token", async () => {
  city.token = [503, {}];
  assert.equal((await send()).row.state, "waiting");
  assert.deepEqual(city.got, []);
});

test("a city that asks for a little work first gets its solution at once", async () => {
  const challenge = {
    signature: "s",
    parameters: { nonce: "00", salt: "00", cost: 1, keyLength: 16, keyPrefix: "" },
  };
  const answers = [[428, { challenge: JSON.stringify(challenge) }], ARRIVED];
  city.delivery = () => answers.shift();
  assert.equal((await send()).outcome.state, "sent");
  const [, [, solved]] = city.got;
  assert.equal(JSON.parse(atob(solved.altcha)).solution.counter, 0);
  assert.deepEqual(JSON.parse(solved.challenge), challenge);
});

test("a city that asks for work twice gets one solution, and the report waits", async () => {
  const challenge = {
    signature: "s",
    parameters: { nonce: "00", salt: "00", cost: 1, keyLength: 16, keyPrefix: "" },
  };
  city.delivery = [428, { challenge: JSON.stringify(challenge) }];
  assert.equal((await send()).row.state, "waiting");
  assert.equal(city.got.length, 2);
});

for (const status of [201, 409])
  test(`a photo that the city answers with ${status} is off the phone before its report goes`, async () => {
    city.photos = [status, {}];
    await keepPhoto("/report/1/photos/", new File(["x"], "hole.jpg"));
    assert.equal((await send()).outcome.state, "sent");
    assert.deepEqual(
      city.got.map(([name]) => name),
      ["photos", "delivery"],
    );
    assert.deepEqual(await findWaiting("/report/1/photos/"), []);
  });

test("a photo that the city refuses is off the phone, and the report says why", async () => {
  city.photos = [422, { problems: ["No picture."] }];
  await keepPhoto("/report/1/photos/", new File(["x"], "hole.jpg"));
  const { row } = await send();
  assert.deepEqual([row.state, row.says], ["refused", ["No picture."]]);
  assert.deepEqual(await findWaiting("/report/1/photos/"), []);
});

test("a photo that cannot go now waits, and its report with it", async () => {
  city.photos = [503, {}];
  await keepPhoto("/report/1/photos/", new File(["x"], "hole.jpg"));
  assert.equal((await send()).row.state, "waiting");
  assert.equal((await findWaiting("/report/1/photos/")).length, 1);
  assert.equal(city.got.length, 1);
});
