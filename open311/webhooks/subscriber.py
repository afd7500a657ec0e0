"""Which webhook hears of which event. Safe to repeat: one delivery per webhook and event."""

from collections.abc import Collection
from datetime import datetime, timedelta

from city import cache
from lib import clock, enqueue
from open311.models import EventKind, Webhook, WebhookDelivery
from open311.webhooks.kinds import kind_of
from requests_app.models import Event, ServiceRequest
from requests_app.workflow import notification_time

SEND = "open311.send_webhook"
PATH = "open311.webhooks.subscriber.on_event"
"""Its own name among the event log's subscribers."""
TRIED_FOR = timedelta(hours=24)


@cache.remembered
def is_heard() -> bool:
    """Return whether there is any webhook: while there is none, an event costs nothing more.

    The outbox asks. What another process turned on is noticed within `cache.FRESH_FOR` seconds, and
    events until then are not told.
    """
    return Webhook.objects.active().exists()


def on_webhook_change(update_fields: Collection[str] | None = None, **signal: object) -> None:
    """Forget whether there is any webhook, but not when a worker notes a delivery."""
    if update_fields is None or "is_active" in update_fields:
        cache.outdate_for(**signal)


def on_event(event: Event) -> None:
    """Write down what each webhook is owed; the workers send it when it is due."""
    kind = kind_of(event)
    if kind is None:
        return
    active = Webhook.objects.active().order_by("pk").prefetch_related("categories")
    webhooks = [one for one in active if _wants(one, kind, event.service_request)]
    due_at = notification_time(event)
    WebhookDelivery.objects.bulk_create(
        [_delivery(webhook, event, kind, due_at) for webhook in webhooks], ignore_conflicts=True
    )
    if due_at <= clock.now():
        for webhook in webhooks:
            enqueue.enqueue_on_commit(SEND, webhook.pk)


def _wants(webhook: Webhook, kind: EventKind, service_request: ServiceRequest) -> bool:
    """Return whether the webhook hears of it; of a removal all do, as they may have the request."""
    if kind == EventKind.REMOVED:
        return True
    categories = {category.pk for category in webhook.categories.all()}
    is_theirs = not categories or service_request.category_id in categories
    return is_theirs and (not webhook.kinds or kind in webhook.kinds)


def _delivery(webhook: Webhook, event: Event, kind: EventKind, due_at: datetime) -> WebhookDelivery:
    return WebhookDelivery(
        webhook=webhook,
        event=event,
        service_request_id=event.service_request_id,
        kind=kind,
        created_at=event.at,
        due_at=due_at,
        give_up_at=max(due_at, clock.now()) + TRIED_FOR,
    )
