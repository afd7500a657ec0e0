/* Danger words: a notice above the pages of the desk, a mark in the page title, and an optional sound, until
   the request was viewed in this browser. New requests are announced once to screen readers. The server lists
   the latest uncleared requests and the number of further ones. This browser stores which of them were
   viewed. The notice is visible as long as one of its lines is (danger.css). */

import { all } from "./dom.js";
import { device } from "./storage.js";

const SEEN = "desk-danger-seen";
const SOUND = "desk-danger-sound";
const MOST = 200; // maximum number of stored ids
const TONES = [
  [880, 0],
  [660, 0.18],
  [880, 0.36],
]; // Hz, and seconds after the start
const LENGTH = 0.16; // seconds of a tone

const lines = () => all("#q-danger [data-danger]");
const says = document.querySelector("[data-danger-says]");
const toggle = document.querySelector("[data-sound-switch]");
const box = toggle.querySelector("input");
const told = new Set();
let audio = /** @type {AudioContext | null} */ (null);

const readSeen = () => new Set((device.get(SEEN) ?? "").split(" ").filter(Boolean));

/* Mark the request in the panel as seen, if the page and the panel are visible. */
function markSeen() {
  const panel = document.querySelector("#request[data-reference]");
  if (document.hidden || !panel?.checkVisibility()) return;
  const ids = lines().filter((line) => line.dataset.of === panel.dataset.reference);
  const found = readSeen();
  if (ids.every((line) => found.has(line.dataset.danger))) return;
  for (const line of ids) found.add(line.dataset.danger);
  device.set(SEEN, [...found].slice(-MOST).join(" "));
}

function updateNotice() {
  markSeen();
  const known = readSeen();
  for (const line of lines()) line.hidden = known.has(line.dataset.danger);
  const shown = lines().filter((line) => !line.hidden);
  markTitle(shown.length > 0);
  announceNew(shown.filter((line) => !told.has(line.dataset.danger)));
}

function markTitle(/** @type {boolean} */ isOn) {
  const { title } = says.dataset;
  const isMarked = document.title.startsWith(title);
  if (isOn && !isMarked) document.title = title + document.title;
  if (!isOn && isMarked) document.title = document.title.slice(title.length);
}

function announceNew(/** @type {HTMLElement[]} */ fresh) {
  if (fresh.length === 0) return;
  for (const line of fresh) told.add(line.dataset.danger);
  says.textContent = `${says.dataset.words} ${fresh.map((line) => line.textContent.trim()).join(". ")}`;
  playSound();
}

/* The sound */

const isSoundOn = () => device.get(SOUND) === "on";

/* Resume the audio context at a touch: browsers play no sound before one. */
function wakeAudio() {
  if (!isSoundOn()) return;
  audio ??= new AudioContext();
  if (audio.state === "suspended") audio.resume();
}

function playSound() {
  if (!isSoundOn() || audio?.state !== "running") return;
  for (const [pitch, after] of TONES) playTone(pitch, audio.currentTime + after);
}

function playTone(/** @type {number} */ pitch, /** @type {number} */ at) {
  const tone = new OscillatorNode(audio, { frequency: pitch, type: "triangle" });
  const volume = new GainNode(audio, { gain: 0 });
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(0.35, at + 0.02);
  volume.gain.linearRampToValueAtTime(0, at + LENGTH);
  tone.connect(volume).connect(audio.destination);
  tone.start(at);
  tone.stop(at + LENGTH);
}

/* Store the choice, and play the sound once when it is turned on. */
async function onToggle() {
  device.set(SOUND, box.checked ? "on" : "off");
  if (!box.checked) return;
  audio ??= new AudioContext();
  await audio.resume();
  playSound();
}

function start() {
  toggle.hidden = false;
  box.checked = isSoundOn();
  box.addEventListener("change", onToggle);
  for (const touch of ["pointerdown", "keydown"]) document.addEventListener(touch, wakeAudio);
  document.addEventListener("htmx:after:swap", updateNotice);
  document.addEventListener("visibilitychange", updateNotice);
  window.addEventListener("storage", updateNotice);
  updateNotice();
}

start();
