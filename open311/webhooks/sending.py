"""Sending of due deliveries, at least once, each request's events in order.

A worker claims a webhook while it sends, so a slow receiver blocks one worker at most, and only for
some seconds: then other webhooks have their turn.
"""

import time
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from lib import clock, enqueue, outbound
from open311.models import Webhook, WebhookDelivery
from open311.webhooks import circuit, payload
from open311.webhooks.subscriber import SEND_TASK, SUBSCRIBER_PATH
from requests_app.models import PendingEvent
from requests_app.workflow import is_undone

MAX_SECONDS = 8  # for one try, from the look-up of the name to the answer
TURN_SECONDS = 10  # seconds after which a webhook with more to send waits for its next turn
CLAIM_DURATION = timedelta(seconds=60)  # longer than a try and its writes can take
State = WebhookDelivery.State


def send_due_deliveries(webhook_id: int) -> None:
    """Send the webhook's due deliveries for TURN_SECONDS, unless a worker has claimed it.

    The turn ends at the first failure. The webhook is enqueued again if more is due.
    """
    webhook = _claim_webhook(webhook_id)
    if webhook is None:
        return
    ends = time.monotonic() + TURN_SECONDS
    try:
        while time.monotonic() < ends and (delivery := _claim_next_delivery(webhook)):
            if not _try_delivery(delivery):
                break
    finally:
        Webhook.objects.filter(pk=webhook_id).update(busy_until=None)
    if _find_ready_webhooks().filter(pk=webhook_id).exists():
        enqueue.enqueue_task(SEND_TASK, webhook_id)


def enqueue_ready_webhooks() -> None:
    """Enqueue the webhooks with due deliveries whose message was lost or that had to wait.

    Do nothing if as many tasks wait in the queue.
    """
    enqueue.enqueue_late_again(
        SEND_TASK, list(_find_ready_webhooks().order_by("pk").values_list("pk", flat=True))
    )


def _find_ready_webhooks() -> QuerySet[Webhook]:
    """Return the active webhooks with a delivery to send now that are neither claimed nor paused.

    A delivery that an earlier one blocks does not count.
    """
    now = clock.now()
    free = Q(busy_until=None) | Q(busy_until__lt=now)
    going = Q(paused_until=None) | Q(paused_until__lt=now)
    due = WebhookDelivery.objects.filter(webhook=OuterRef("pk"), state=State.DUE, due_at__lte=now)
    return Webhook.objects.active().filter(free, going, Exists(_exclude_blocked(due)))


@transaction.atomic
def _claim_webhook(webhook_id: int) -> Webhook | None:
    """Claim the webhook until CLAIM_DURATION from now and return it; None if it is not ready.

    It is not ready if it is inactive, claimed, paused, or has no due delivery.
    """
    ready = _find_ready_webhooks().select_for_update(skip_locked=True, of=("self",))
    webhook = ready.filter(pk=webhook_id).first()
    if webhook:
        _extend_claim(webhook)
    return webhook


def _extend_claim(webhook: Webhook) -> None:
    """Set `busy_until` to CLAIM_DURATION from now, and save it."""
    webhook.busy_until = clock.now() + CLAIM_DURATION
    webhook.save(update_fields=["busy_until"])


@transaction.atomic
def _claim_next_delivery(webhook: Webhook) -> WebhookDelivery | None:
    """Return the next due delivery, not blocked or locked, with its attempt recorded; else None.

    The worker's claim on the webhook is extended too. If the worker dies before it sends, the
    delivery is retried after one delay.
    """
    due = webhook.deliveries.filter(state=State.DUE, due_at__lte=clock.now())
    locked = _exclude_blocked(due).select_for_update(skip_locked=True, of=("self",))
    rows = locked.select_related("event__caused_by")
    delivery = rows.order_by("due_at", "event_id").first()
    if delivery:
        _extend_claim(webhook)
        delivery.attempts += 1
        delivery.due_at = clock.now() + max(circuit.retry_delay(delivery.attempts), CLAIM_DURATION)
        delivery.save(update_fields=["attempts", "due_at"])
    return delivery


def _exclude_blocked(deliveries: QuerySet[WebhookDelivery]) -> QuerySet[WebhookDelivery]:
    """Exclude deliveries that must wait for an earlier event of the same request.

    That event has a due delivery to the webhook, or the subscriber has not handled it yet.
    """
    earlier = WebhookDelivery.objects.filter(
        webhook=OuterRef("webhook"),
        service_request=OuterRef("service_request"),
        event__lt=OuterRef("event"),
        state=State.DUE,
    )
    unheard = PendingEvent.objects.filter(
        subscriber=SUBSCRIBER_PATH,
        event__service_request=OuterRef("service_request"),
        event__lt=OuterRef("event"),
    )
    return deliveries.filter(~Exists(earlier), ~Exists(unheard))


def _try_delivery(delivery: WebhookDelivery) -> bool:
    """Post or drop the delivery and save the result. Return False only if posting failed.

    It is dropped if its event was undone or its request is not public. A failed one stays due until
    its `give_up_at`. The result counts for the webhook's circuit breaker.
    """
    try:
        is_void = delivery.event and is_undone(delivery.event)
        body = None if is_void else payload.build_body(delivery)
    except payload.RequestNotPublic:
        body = None
    if body is None:
        _save_result(delivery, State.DROPPED)
        return True
    _post_delivery(delivery, body)
    now = clock.now()
    if delivery.error:
        delivery.due_at = now + circuit.retry_delay(delivery.attempts)
        _save_result(delivery, State.FAILED if now >= delivery.give_up_at else State.DUE)
        circuit.record_failure(delivery.webhook)
        return False
    delivery.sent_at = now
    _save_result(delivery, State.SENT)
    circuit.record_success(delivery.webhook)
    return True


def _post_delivery(delivery: WebhookDelivery, body: bytes) -> None:
    """Post the delivery, and set `answered` (status or None) and `error`.

    `error` is a code such as bad_status, "" for a 2xx. The row is not saved.
    """
    delivery.answered, delivery.error = None, ""
    try:
        answer = outbound.post(
            delivery.webhook.url,
            body,
            payload.build_headers(delivery, body),
            seconds=MAX_SECONDS,
            allowed=settings.WEBHOOK_ALLOWED_HOSTS,
        )
    except outbound.FailedCall as failed:
        delivery.error = failed.code
    else:
        delivery.answered = answer.status
        delivery.error = "" if 200 <= answer.status < 300 else "bad_status"


def _save_result(delivery: WebhookDelivery, state: State) -> None:
    """Set the state, and save it with the other columns of a result."""
    delivery.state = state
    delivery.save(update_fields=["state", "sent_at", "answered", "error", "due_at"])
