// The service worker's part of notifications: shows what arrives, opens the request that is tapped, and
// ends an alert, or all notifications, without a sign-in.

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

/** End what the person who signs out gets as staff: the whole subscription, unless a resident has it too. */
export async function endStaffNotices(/** @type {string} */ address) {
  const subscription = await worker.registration.pushManager?.getSubscription();
  if (!subscription) return;
  const body = new URLSearchParams({ url: subscription.endpoint });
  const answer = await fetch(address, { method: "POST", body }).catch(() => /** @type {null} */ (null));
  if (!answer?.ok || !(await answer.json()).has_resident) await subscription.unsubscribe();
}

/* A later notice about the same request, or the same list, takes the place of the earlier one. */
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

/* A page of the request that is open already is shown; the list of a digest has filters of its own. */
async function open(/** @type {Notice} */ { reference, url: path }) {
  const { pathname } = new URL(path, worker.location.origin);
  const pages = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  const page = reference && pages.find(({ url }) => new URL(url).pathname === pathname);
  await (page ? page.focus() : worker.clients.openWindow(path));
}

/* Without a network an alert is not ended yet: then its page opens, which has a button for that. */
async function stop(/** @type {Notice} */ notice) {
  if (!notice.ends_alert) await unsubscribe();
  try {
    await fetch(notice.stop, { method: "POST" });
  } catch {
    if (notice.ends_alert) await worker.clients.openWindow(notice.stop);
  }
}

/** Subscribe again where the browser has not: Firefox says only that the old one ended.
    @type {(change: SubscriptionChange, city: PushSettings) => Promise<void>} */
async function renew({ newSubscription }, { endpoints, token, key }) {
  const { pushManager } = worker.registration;
  const subscription =
    newSubscription ?? (await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }));
  const answer = await (await fetch(token)).json();
  await saveEndpoint(endpoints, subscription, answer.token);
}
