// Notifications in the service worker: show what arrives, open the request that is tapped, and end an alert,
// or all notifications, without a sign-in.

import { saveEndpoint } from "./endpoint.js";

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (globalThis));

export function showNotices(/** @type {PushSettings} */ city) {
  worker.addEventListener("push", (event) => event.waitUntil(show(event.data.json(), city.icon)));
  worker.addEventListener("notificationclick", (event) => {
    event.notification.close();
    const notice = /** @type {Notice} */ (event.notification.data);
    event.waitUntil(event.action === "stop" ? stop(notice) : open(notice));
  });
  worker.addEventListener("pushsubscriptionchange", (event) => {
    event.waitUntil(renew(/** @type {SubscriptionChange} */ (event), city));
  });
}

async function unsubscribe() {
  const subscription = await worker.registration.pushManager?.getSubscription();
  await subscription?.unsubscribe();
}

/** End the staff notifications of the person who signs out: remove the whole subscription, unless a resident
    uses it too. */
export async function endStaffNotices(/** @type {string} */ address) {
  const subscription = await worker.registration.pushManager?.getSubscription();
  if (!subscription) return;
  const body = new URLSearchParams({ url: subscription.endpoint });
  const answer = await fetch(address, { method: "POST", body }).catch(() => /** @type {null} */ (null));
  if (!answer?.ok || !(await answer.json()).has_resident) await subscription.unsubscribe();
}

/* Show a notification. It replaces an earlier one about the same request or the same list. */
function show(/** @type {Notice} */ notice, /** @type {string} */ icon) {
  /** @type {NoticeOptions} */
  const options = {
    body: notice.body,
    lang: notice.lang,
    tag: notice.reference || notice.url,
    renotify: true,
    icon,
    data: notice,
    actions: [{ action: "stop", title: notice.stop_label }],
  };
  return worker.registration.showNotification(notice.title, options);
}

/* Open the page of a notification. If a page of the request is open already, focus it; the list of a digest
   has filters of its own. */
async function open(/** @type {Notice} */ { reference, url: path }) {
  const { pathname } = new URL(path, worker.location.origin);
  const pages = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  const page = reference && pages.find(({ url }) => new URL(url).pathname === pathname);
  await (page ? page.focus() : worker.clients.openWindow(path));
}

/* End an alert. Without a network this fails, so open the alert's page, which has a button for it. */
async function stop(/** @type {Notice} */ notice) {
  if (!notice.ends_alert) await unsubscribe();
  try {
    await fetch(notice.stop, { method: "POST" });
  } catch {
    if (notice.ends_alert) await worker.clients.openWindow(notice.stop);
  }
}

/** Subscribe again if the browser did not: Firefox only reports that the old subscription ended.
    @type {(change: SubscriptionChange, city: PushSettings) => Promise<void>} */
async function renew({ newSubscription }, { endpoints, token, key }) {
  const { pushManager } = worker.registration;
  const subscription =
    newSubscription ?? (await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }));
  const answer = await (await fetch(token)).json();
  await saveEndpoint(endpoints, subscription, answer.token);
}
