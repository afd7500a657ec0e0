// Tests for uploads of photos, to the bucket or to the site (static/js/lib/photo-upload.js).

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { page } from "./browser.js";

const { put, send } = page();
const place = { querySelector: () => ({ dataset: { straight: "/photos/place/" }, getAttribute: () => "t" }) };
put("document", { documentElement: { lang: "en" }, cookie: "", ...place });
const { uploadPhoto } = await import("../../static/js/lib/photo-upload.js");

const BUCKET = "https://bucket.example/";
const PHOTO = new File(["x"], "hole.jpg");
let answers; // URL to status code, or to "hangs"
let asked; // [URL, names of the form fields]

put("fetch", async () => Response.json({ url: BUCKET, name: "in/1", fields: { key: "k" } }, { status: 201 }));
put(
  "XMLHttpRequest",
  class {
    #heard = {};
    upload = { addEventListener: () => {} };
    status = 0;
    open(_method, address) {
      this.address = address;
    }
    setRequestHeader() {}
    addEventListener(name, act) {
      this.#heard[name] = act;
    }
    send(body) {
      asked.push([this.address, [...body.keys()]]);
      const answer = answers[this.address];
      if (answer === "hangs") return;
      this.status = answer;
      this.#heard.loadend();
    }
    abort() {
      this.#heard.loadend();
    }
  },
);

beforeEach(() => {
  asked = [];
  answers = { [BUCKET]: 201, "/photos/": 201 };
  send("online"); // resets earlier failures
});

const addresses = () => asked.map(([address]) => address);

test("a photo goes to the bucket, and the city is told its name there", async () => {
  const { status } = await uploadPhoto("/photos/", PHOTO, { about: [["by", "wes"]] });
  assert.equal(status, 201);
  assert.deepEqual(asked, [
    [BUCKET, ["key", "file"]],
    ["/photos/", ["by", "incoming"]],
  ]);
});

test("a photo that the bucket refuses goes to the city itself, which says why", async () => {
  answers[BUCKET] = 403;
  answers["/photos/"] = 422;
  assert.equal((await uploadPhoto("/photos/", PHOTO, {})).status, 422);
  assert.deepEqual(asked.at(-1), ["/photos/", ["photos"]]);
});

test("a photo that the bucket lost goes to the city itself", async () => {
  answers["/photos/"] = 410;
  await uploadPhoto("/photos/", PHOTO, {});
  assert.deepEqual(
    asked.map(([, names]) => names),
    [["key", "file"], ["incoming"], ["photos"]],
  );
});

test("a bucket that cannot be reached is tried twice for a photo, and not at all after four failures", async () => {
  answers[BUCKET] = 0;
  await uploadPhoto("/photos/", PHOTO, {});
  assert.deepEqual(addresses(), [BUCKET, BUCKET, "/photos/"]);
  await uploadPhoto("/photos/", PHOTO, {});
  await uploadPhoto("/photos/", PHOTO, {});
  assert.equal(addresses().filter((address) => address === BUCKET).length, 4);
});

test("a bucket is tried again once the network is back", async () => {
  answers[BUCKET] = 0;
  for (let n = 0; n < 3; n += 1) await uploadPhoto("/photos/", PHOTO, {});
  asked = [];
  answers[BUCKET] = 201;
  send("online");
  await uploadPhoto("/photos/", PHOTO, {});
  assert.deepEqual(addresses(), [BUCKET, "/photos/"]);
});

test("a bucket that takes not a byte within fifteen seconds is not tried again", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  answers[BUCKET] = "hangs";
  const sent = uploadPhoto("/photos/", PHOTO, {});
  while (!asked.length) await new Promise((resume) => setImmediate(resume));
  t.mock.timers.tick(15_000);
  await sent;
  await uploadPhoto("/photos/", PHOTO, {});
  assert.deepEqual(addresses(), [BUCKET, "/photos/", "/photos/"]);
});

test("a photo that is called off goes nowhere", async () => {
  await uploadPhoto("/photos/", PHOTO, { signal: AbortSignal.abort() });
  assert.deepEqual(asked, []);
});
