// Register push subscriptions with the server, for pages and the service worker.

/** Ask the server to send to this subscription; the status is 201 if it will.
    @type {(address: string, subscription: PushSubscription, token: string) => Promise<Response>} */
export function saveEndpoint(address, subscription, token) {
  const { keys } = subscription.toJSON();
  return post(address, { url: subscription.endpoint, p256dh: keys.p256dh, auth: keys.auth }, token);
}

/** Send form data from a script.
    @type {(address: string, values: Record<string, string>, token: string) => Promise<Response>} */
export function post(address, values, token) {
  const headers = { "X-CSRFToken": token, Accept: "application/json" };
  return fetch(address, { method: "POST", body: new URLSearchParams(values), headers });
}
