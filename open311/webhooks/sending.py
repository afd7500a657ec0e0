"""Posting what webhooks are owed, at least once, each request's events in their order.

A worker has a webhook for itself while it sends, so a receiver that is slow or dead never holds
more than one worker, and only for some seconds: then others have their turn.
"""

import time
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from lib import clock, enqueue, outbound
from open311.models import Webhook, WebhookDelivery
from open311.webhooks import circuit, payload
from open311.webhooks.subscriber import PATH, SEND
from requests_app.models import PendingEvent
from requests_app.workflow import is_undone

SECONDS = 8  # for one try, from the look-up of the name to the answer
TURN = 10  # seconds after which a webhook with more to send waits for its next turn
A_TRY_TAKES = timedelta(seconds=60)  # the longest, with what is written before and after it
State = WebhookDelivery.State


def send(webhook_id: int) -> None:
    """Send what is due, until the turn is over; nothing where another worker is at it."""
    webhook = _take(webhook_id)
    if webhook is None:
        return
    ends = time.monotonic() + TURN
    try:
        while time.monotonic() < ends and (delivery := _next(webhook)):
            if not _try(delivery):
                break
    finally:
        Webhook.objects.filter(pk=webhook_id).update(busy_until=None)
    if _ready().filter(pk=webhook_id).exists():
        enqueue.enqueue_task(SEND, webhook_id)


def enqueue_due() -> None:
    """Enqueue again whatever is due: what had to wait, and what the broker lost."""
    enqueue.enqueue_late_again(SEND, list(_ready().order_by("pk").values_list("pk", flat=True)))


def _ready() -> QuerySet[Webhook]:
    """Return the webhooks that may be sent to and have something due."""
    now = clock.now()
    free = Q(busy_until=None) | Q(busy_until__lt=now)
    going = Q(paused_until=None) | Q(paused_until__lt=now)
    due = WebhookDelivery.objects.filter(webhook=OuterRef("pk"), state=State.DUE, due_at__lte=now)
    return Webhook.objects.active().filter(free, going, Exists(_in_order(due)))


@transaction.atomic
def _take(webhook_id: int) -> Webhook | None:
    """Claim the webhook; None where it is another worker's, paused, turned off, or owed nothing."""
    ready = _ready().select_for_update(skip_locked=True, of=("self",))
    webhook = ready.filter(pk=webhook_id).first()
    if webhook:
        _extend_claim(webhook)
    return webhook


def _extend_claim(webhook: Webhook) -> None:
    webhook.busy_until = clock.now() + A_TRY_TAKES
    webhook.save(update_fields=["busy_until"])


@transaction.atomic
def _next(webhook: Webhook) -> WebhookDelivery | None:
    """Return the next delivery, with its try written down before anything goes out.

    What ends this worker in between costs one wait, after which the same goes again.
    """
    due = webhook.deliveries.filter(state=State.DUE, due_at__lte=clock.now())
    locked = _in_order(due).select_for_update(skip_locked=True, of=("self",))
    rows = locked.select_related("event__caused_by")
    delivery = rows.order_by("due_at", "event_id").first()
    if delivery:
        _extend_claim(webhook)
        delivery.attempts += 1
        delivery.due_at = clock.now() + max(circuit.wait(delivery.attempts), A_TRY_TAKES)
        delivery.save(update_fields=["attempts", "due_at"])
    return delivery


def _in_order(deliveries: QuerySet[WebhookDelivery]) -> QuerySet[WebhookDelivery]:
    """Leave out those that wait for an earlier event of the same request, due or not yet heard."""
    earlier = WebhookDelivery.objects.filter(
        webhook=OuterRef("webhook"),
        service_request=OuterRef("service_request"),
        event__lt=OuterRef("event"),
        state=State.DUE,
    )
    unheard = PendingEvent.objects.filter(
        subscriber=PATH,
        event__service_request=OuterRef("service_request"),
        event__lt=OuterRef("event"),
    )
    return deliveries.filter(~Exists(earlier), ~Exists(unheard))


def _try(delivery: WebhookDelivery) -> bool:
    """Post the delivery, and return whether the receiver may be asked further in this turn."""
    try:
        is_void = delivery.event and is_undone(delivery.event)
        body = None if is_void else payload.body_of(delivery)
    except payload.NotPublic:
        body = None
    if body is None:
        _settle(delivery, State.DROPPED)
        return True
    _post(delivery, body)
    now = clock.now()
    if delivery.error:
        delivery.due_at = now + circuit.wait(delivery.attempts)
        _settle(delivery, State.FAILED if now >= delivery.give_up_at else State.DUE)
        circuit.note_failure(delivery.webhook)
        return False
    delivery.sent_at = now
    _settle(delivery, State.SENT)
    circuit.note_success(delivery.webhook)
    return True


def _post(delivery: WebhookDelivery, body: bytes) -> None:
    """Note the status that the receiver answers, and an error where it is no success."""
    delivery.answered, delivery.error = None, ""
    try:
        delivery.answered = outbound.post(
            delivery.webhook.url,
            body,
            payload.headers_of(delivery, body),
            seconds=SECONDS,
            allowed=settings.WEBHOOK_ALLOWED_HOSTS,
        )
    except outbound.FailedCall as failed:
        delivery.error = failed.code
    else:
        delivery.error = "" if 200 <= delivery.answered < 300 else "bad_status"


def _settle(delivery: WebhookDelivery, state: State) -> None:
    delivery.state = state
    delivery.save(update_fields=["state", "sent_at", "answered", "error", "due_at"])
