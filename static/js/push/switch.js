// Turn notifications on this device on and off. The browser asks for permission only after a tap.

import { post, saveEndpoint } from "./endpoint.js";

const section = document.querySelector("section[data-push]");
const { key, save, remove } = section.dataset;
const token = section.querySelector("input").value;

function show(/** @type {string} */ state) {
  for (const part of section.querySelectorAll("[data-when]"))
    part.hidden = !part.dataset.when.split(",").includes(state);
}

async function attempt(/** @type {() => Promise<string>} */ act) {
  try {
    show(await act());
  } catch (error) {
    console.info("notifications:", error.message);
    show(error.name === "AbortError" ? "refused" : "failed");
  }
}

/* Run `act` at a click. The pressed button disappears with its state: move the focus to the next button, or
   to the text. */
async function attemptOnClick(/** @type {() => Promise<string>} */ act) {
  await attempt(act);
  const next = section.querySelector("button:not([hidden])") ?? section.querySelector("[role=status]");
  next.focus();
}

async function findState() {
  if (!navigator.serviceWorker || !("PushManager" in window)) return findReason();
  if (Notification.permission === "denied") return "denied";
  const subscription = await (await getManager()).getSubscription();
  if (!subscription || !isForKey(subscription)) return "off";
  // The server may have deleted it, or stored it for another person.
  return keep(subscription);
}

/* Return whether the server can send to it: not if it was made with an earlier key. */
function isForKey(/** @type {PushSubscription} */ { options }) {
  const bytes = String.fromCharCode(...new Uint8Array(options.applicationServerKey));
  return btoa(bytes).replace(/=+$/, "") === key.replaceAll("-", "+").replaceAll("_", "/");
}

/* Return why there are no notifications. An iPhone has them only for a site on the Home Screen, whose pages
   are `standalone`. */
const findReason = () => ("standalone" in navigator && !navigator.standalone ? "install" : "unsupported");

const getManager = async () => (await navigator.serviceWorker.ready).pushManager;

async function keep(/** @type {PushSubscription} */ subscription) {
  const { status } = await saveEndpoint(save, subscription, token);
  if (status === 422) await subscription.unsubscribe();
  return status === 201 || status === 429 ? "on" : "failed";
}

async function turnOn() {
  if ((await Notification.requestPermission()) !== "granted")
    return Notification.permission === "denied" ? "denied" : "off";
  const manager = await getManager();
  await (await manager.getSubscription())?.unsubscribe(); // made with an earlier key
  return keep(await manager.subscribe({ userVisibleOnly: true, applicationServerKey: key }));
}

async function turnOff() {
  const subscription = await (await getManager()).getSubscription();
  if (subscription) {
    await post(remove, { url: subscription.endpoint }, token);
    await subscription.unsubscribe();
  }
  return "ended";
}

section.querySelector("[data-turn-on]").addEventListener("click", () => attemptOnClick(turnOn));
section.querySelector("[data-turn-off]").addEventListener("click", () => attemptOnClick(turnOff));
for (const choice of document.querySelectorAll("[data-push-choice]")) choice.hidden = false;
attempt(findState);
