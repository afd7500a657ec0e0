// Tests for the states of rows in the outbox (static/js/outbox/outbox.js).

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { database, page, tick } from "./browser.js";

page();
const { isToSend, createOutbox } = await import("../../static/js/outbox/outbox.js");

const TAKEN = { status: 201, receipt: { then: "/requests/1/" } };
const NO_ANSWER = { status: 0 };
let city; // the responses of the server, and the requests it got

beforeEach(() => {
  city = { token: "t", form: TAKEN, photo: { status: 201, isTaken: true }, forms: [], photos: [] };
});

/** Return an outbox whose rows have text and photos; `options` override the defaults. */
function boxOf({ inStore = database(), lifetime = {}, memory, ...options } = {}) {
  return createOutbox({
    database: inStore,
    store: { name: "rows", key: "id", memory },
    lifetime,
    endpoints: {
      token: () => city.token,
      sendPart: async (row, { n }) => {
        city.photos.push(n);
        await city.duringPhoto?.(row);
        return city.photo;
      },
      send: async (row, form) => {
        city.forms.push(Object.fromEntries(form));
        await city.duringForm?.(row);
        return city.form;
      },
    },
    fields: ({ words }) => [["words", words]],
    parts: {
      waiting: ({ photos }) => photos.map((n) => ({ n })),
      taken: ({ id }, { n }) => without(box, id, n),
      refused: ({ id }, { n }) => without(box, id, n),
    },
    afterRefusal: async (_row, { status, problems = [] }) =>
      ({ 403: { state: "signed-out" }, 422: { state: "refused", says: problems } })[status],
    ...options,
  });
}

let box;
const without = (of, id, n) => of.update(id, (row) => (row.photos = row.photos.filter((each) => each !== n)));
const rowOf = (values) => ({
  id: "1",
  state: "waiting",
  words: "",
  photos: [],
  says: [],
  at: Date.now(),
  ...values,
});

test("what is a draft stays on the phone, and its photos go ahead", async () => {
  box = boxOf();
  await box.put(rowOf({ state: "draft", photos: [1, 2] }));
  const { state, isReached } = await box.deliver("1");
  assert.deepEqual([state, isReached, city.photos, city.forms], ["draft", true, [1, 2], []]);
  assert.deepEqual((await box.get("1")).photos, []);
});

test("what waits goes to the city, photos first, and is then off the phone", async () => {
  box = boxOf();
  await box.put(rowOf({ words: "Done", photos: [1] }));
  const outcome = await box.deliver("1");
  assert.deepEqual(outcome, { state: "sent", then: "/requests/1/", isReached: true });
  assert.deepEqual([city.photos, city.forms], [[1], [{ words: "Done" }]]);
  assert.equal(await box.get("1"), undefined);
});

test("what the city has stays with its receipt where the outbox keeps what was sent", async () => {
  box = boxOf({ lifetime: { sent: 7 } });
  await box.put(rowOf());
  await box.deliver("1");
  const { state, then } = await box.get("1");
  assert.deepEqual([state, then], ["sent", "/requests/1/"]);
  assert.equal(await box.deliverAll(), 0);
  assert.equal(city.forms.length, 1);
});

for (const status of [0, 429, 503])
  test(`what meets a city that answers ${status} waits, and nothing more is tried`, async () => {
    city.form = { status };
    box = boxOf();
    await box.put(rowOf({ id: "1", at: Date.now() - 1 }));
    await box.put(rowOf({ id: "2" }));
    assert.equal(await box.deliverAll(), 2);
    assert.equal(city.forms.length, 1);
    assert.deepEqual(
      (await box.all()).map(({ state }) => state),
      ["waiting", "waiting"],
    );
  });

test("a failure of the city at one row does not keep the others from it", async () => {
  city.form = { status: 500 };
  box = boxOf();
  await box.put(rowOf({ id: "1" }));
  await box.put(rowOf({ id: "2" }));
  assert.equal(await box.deliverAll(), 2);
  assert.equal(city.forms.length, 2);
});

test("nothing is sent where no city answers for a token", async () => {
  city.token = undefined;
  box = boxOf();
  await box.put(rowOf({ photos: [1] }));
  const { state, isReached } = await box.deliver("1");
  assert.deepEqual([state, isReached, city.photos, city.forms], ["later", false, [], []]);
});

test("what meets a signed-out person is sent once that signed in", async () => {
  city.form = { status: 403 };
  box = boxOf();
  await box.put(rowOf());
  assert.equal(await box.deliverAll(), 1);
  assert.equal((await box.get("1")).state, "signed-out");
  assert.ok(isToSend(await box.get("1")));
  city.form = TAKEN;
  assert.equal(await box.deliverAll(), 0);
});

test("what is refused says why, and is not sent again by itself", async () => {
  city.form = { status: 422, problems: ["Say what was done."] };
  box = boxOf();
  await box.put(rowOf());
  assert.equal((await box.deliver("1")).state, "refused");
  assert.deepEqual((await box.get("1")).says, ["Say what was done."]);
  assert.equal(await box.deliverAll(), 0);
  assert.equal(city.forms.length, 1);
});

test("a photo that is refused is told and off the phone, and the form waits for a person", async () => {
  city.photo = { status: 422, isRefused: true, problems: ["No picture."] };
  box = boxOf();
  await box.put(rowOf({ photos: [1] }));
  const { state, row } = await box.deliver("1");
  assert.deepEqual([state, row.says, row.photos, city.forms], ["refused", ["No picture."], [], []]);
});

test("a photo that is refused leaves a draft a draft", async () => {
  city.photo = { status: 422, isRefused: true, problems: ["No picture."] };
  box = boxOf();
  await box.put(rowOf({ state: "draft", photos: [1] }));
  const { state, row } = await box.deliver("1");
  assert.deepEqual([state, row.state, row.says], ["refused", "draft", ["No picture."]]);
});

test("what is typed while a photo is on its way is what is sent", async () => {
  city.duringPhoto = () => box.update("1", (row) => (row.words = "Filled and rolled"));
  box = boxOf();
  await box.put(rowOf({ words: "Filled", photos: [1] }));
  await box.deliver("1");
  assert.deepEqual(city.forms, [{ words: "Filled and rolled" }]);
});

test("a photo that is added while another is on its way goes, too", async () => {
  city.duringPhoto = () => {
    city.duringPhoto = undefined;
    return box.update("1", (row) => row.photos.push(2));
  };
  box = boxOf();
  await box.put(rowOf({ photos: [1] }));
  await box.deliver("1");
  assert.deepEqual(city.photos, [1, 2]);
});

test("what a person takes back while a photo is on its way is not sent", async () => {
  city.duringPhoto = () => box.update("1", (row) => (row.state = "draft"));
  box = boxOf();
  await box.put(rowOf({ photos: [1] }));
  assert.equal((await box.deliver("1")).state, "draft");
  assert.deepEqual(city.forms, []);
});

test("what a person throws away while a photo is on its way is not sent", async () => {
  city.duringPhoto = () => box.remove("1");
  box = boxOf();
  await box.put(rowOf({ photos: [1] }));
  assert.equal((await box.deliver("1")).state, "discarded");
  assert.deepEqual(city.forms, []);
});

test("a refusal does not undo that a person changes it meanwhile", async () => {
  city.form = { status: 422, problems: ["Say what was done."] };
  city.duringForm = () => box.update("1", (row) => (row.state = "draft"));
  box = boxOf();
  await box.put(rowOf());
  await box.deliver("1");
  const { state, says } = await box.get("1");
  assert.deepEqual([state, says], ["draft", ["Say what was done."]]);
});

test("changes of the same moment are all kept", async () => {
  box = boxOf();
  const add = (n) => box.update("1", (row) => row.photos.push(n), rowOf({ state: "draft" }));
  await Promise.all([1, 2, 3].map(add));
  assert.deepEqual((await box.get("1")).photos, [1, 2, 3]);
});

test("a change of what is gone makes nothing of it again", async () => {
  box = boxOf();
  assert.equal(await box.update("1", (row) => (row.words = "Late")), undefined);
  assert.equal(await box.get("1"), undefined);
});

test("two deliveries of one row at the same time send it once", async () => {
  box = boxOf();
  await box.put(rowOf());
  const outcomes = await Promise.all([box.deliver("1"), box.deliver("1")]);
  assert.deepEqual(
    outcomes.map(({ state }) => state),
    ["sent", "sent"],
  );
  assert.equal(city.forms.length, 1);
});

test("what the city asks for goes with the form once more, and only once", async () => {
  city.form = { status: 428 };
  const asked = [];
  const afterRefusal = async (_row, _answer, isAgain) => {
    asked.push(isAgain);
    return isAgain ? undefined : { again: [["proof", "42"]] };
  };
  box = boxOf({ afterRefusal });
  await box.put(rowOf({ words: "Hole" }));
  assert.equal((await box.deliver("1")).state, "later");
  assert.deepEqual(asked, [false, true]);
  assert.deepEqual(city.forms, [{ words: "Hole" }, { words: "Hole", proof: "42" }]);
});

test("a page hears how it goes", async () => {
  box = boxOf();
  const heard = [];
  const hear =
    (name) =>
    (...about) =>
      heard.push([name, ...about.slice(1)]);
  box.subscribe({ begun: hear("begun"), progress: hear("progress"), sent: hear("sent"), done: hear("done") });
  await box.put(rowOf({ photos: [7] }));
  await box.deliverAll();
  assert.deepEqual(heard, [["begun"], ["progress", 7, 1], ["sent"], ["done"]]);
  city.form = NO_ANSWER;
  box.subscribe({ failed: hear("failed") });
  await box.put(rowOf());
  await box.deliverAll();
  assert.deepEqual(heard.at(-1), ["failed"]);
});

test("all rows come with the oldest first, and what nobody came back for is gone", async () => {
  const inStore = database();
  box = boxOf({ inStore, lifetime: { draft: 7 } });
  const day = 24 * 3600 * 1000;
  await box.put(rowOf({ id: "new", user: "wes" }));
  await box.put(rowOf({ id: "old", user: "wes", at: Date.now() - 8 * day }));
  await box.put(rowOf({ id: "old draft", user: "wes", state: "draft", at: Date.now() - 8 * day }));
  await box.put(rowOf({ id: "of another", user: "ann" }));
  assert.deepEqual(
    (await box.all({ user: "wes" })).map(({ id }) => id),
    ["old", "new"],
  );
  assert.equal(inStore.rows.has("old draft"), false);
});

test("where the browser keeps nothing, rows live as long as the page", async () => {
  const memory = new Map();
  box = boxOf({ inStore: database({ isDenied: true }), memory });
  assert.equal(await box.put(rowOf({ id: "1" })), false);
  await box.update("2", (row) => (row.words = "Typed"), rowOf({ id: "2" }));
  assert.deepEqual(
    (await box.all()).map(({ id, words }) => [id, words]),
    [
      ["1", ""],
      ["2", "Typed"],
    ],
  );
  assert.equal(await box.deliverAll(), 0);
  assert.deepEqual([city.forms.length, memory.size], [2, 0]);
});

test("where the browser keeps nothing and the page has no memory, a row is said not to be kept", async () => {
  box = boxOf({ inStore: database({ isDenied: true }) });
  assert.equal(await box.put(rowOf()), false);
  assert.deepEqual(await box.all(), []);
  await tick();
});
