"""The event subscriber that creates deliveries. Idempotent: one delivery per webhook and event."""

from collections.abc import Collection
from datetime import datetime, timedelta

from city import cache
from lib import clock, enqueue
from open311.models import EventKind, Webhook, WebhookDelivery
from open311.webhooks.kinds import find_event_kind
from requests_app.models import Event, ServiceRequest
from requests_app.workflow import notification_time

SEND_TASK = "open311.send_webhook"
SUBSCRIBER_PATH = "open311.webhooks.subscriber.on_event"
"""Its own name among the event log's subscribers."""
RETRY_PERIOD = timedelta(hours=24)


@cache.cache_per_version
def is_heard() -> bool:
    """Return True if there is an active webhook; events cost nothing while there is none.

    The outbox calls it. The result is cached. A webhook that another process activated is noticed
    after at most `cache.VERSION_CHECK_SECONDS` seconds; earlier events are not delivered.
    """
    return Webhook.objects.active().exists()


def on_webhook_change(update_fields: Collection[str] | None = None, **signal: object) -> None:
    """Clear the cache of is_heard(), unless the save named its fields without `is_active`."""
    if update_fields is None or "is_active" in update_fields:
        cache.invalidate_on_change(**signal)


def on_event(event: Event) -> None:
    """Create a delivery of the event for each webhook that wants it; enqueue those due now.

    Nothing is created for an event that is not public. An existing delivery stays.
    """
    kind = find_event_kind(event)
    if kind is None:
        return
    active = Webhook.objects.active().order_by("pk").prefetch_related("categories")
    webhooks = [one for one in active if _is_wanted(one, kind, event.service_request)]
    due_at = notification_time(event)
    WebhookDelivery.objects.bulk_create(
        [_build_delivery(webhook, event, kind, due_at) for webhook in webhooks],
        ignore_conflicts=True,
    )
    if due_at <= clock.now():
        for webhook in webhooks:
            enqueue.enqueue_on_commit(SEND_TASK, webhook.pk)


def _is_wanted(webhook: Webhook, kind: EventKind, service_request: ServiceRequest) -> bool:
    """Return True if the webhook receives the event: one of its kinds and categories.

    No chosen kind or category means all. All webhooks receive removals.
    """
    if kind == EventKind.REMOVED:
        return True
    categories = {category.pk for category in webhook.categories.all()}
    is_theirs = not categories or service_request.category_id in categories
    return is_theirs and (not webhook.kinds or kind in webhook.kinds)


def _build_delivery(
    webhook: Webhook, event: Event, kind: EventKind, due_at: datetime
) -> WebhookDelivery:
    """Return an unsaved delivery, given up RETRY_PERIOD after it is due."""
    return WebhookDelivery(
        webhook=webhook,
        event=event,
        service_request_id=event.service_request_id,
        kind=kind,
        created_at=event.at,
        due_at=due_at,
        give_up_at=max(due_at, clock.now()) + RETRY_PERIOD,
    )
