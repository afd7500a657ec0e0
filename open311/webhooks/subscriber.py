"""Which webhook hears of which event. Safe to repeat: one delivery per webhook and event."""

from datetime import timedelta

from lib import clock, enqueue
from open311.models import EventKind, Webhook, WebhookDelivery
from open311.webhooks.kinds import kind_of
from open311.webhooks.listening import is_heard  # noqa: F401 - asked by the outbox
from requests_app.workflow import settles_at

SEND = "open311.send_webhook"
PATH = "open311.webhooks.subscriber.on_event"
"""Its own name among the event log's subscribers."""
TRIED_FOR = timedelta(hours=24)


def on_event(event):
    """Write down what each webhook is owed; the workers send it when it is due."""
    kind = kind_of(event)
    if kind is None:
        return
    active = Webhook.objects.active().order_by("pk").prefetch_related("categories")
    webhooks = [one for one in active if _wants(one, kind, event.service_request)]
    due_at = settles_at(event)
    WebhookDelivery.objects.bulk_create(
        [_delivery(webhook, event, kind, due_at) for webhook in webhooks], ignore_conflicts=True
    )
    if due_at <= clock.now():
        for webhook in webhooks:
            enqueue.on_commit(SEND, webhook.pk)


def _wants(webhook, kind, service_request) -> bool:
    """What went out of sight is told to everybody: they may have it."""
    if kind == EventKind.REMOVED:
        return True
    categories = {category.pk for category in webhook.categories.all()}
    is_theirs = not categories or service_request.category_id in categories
    return is_theirs and (not webhook.kinds or kind in webhook.kinds)


def _delivery(webhook, event, kind, due_at):
    return WebhookDelivery(
        webhook=webhook,
        event=event,
        service_request_id=event.service_request_id,
        kind=kind,
        created_at=event.at,
        due_at=due_at,
        give_up_at=max(due_at, clock.now()) + TRIED_FOR,
    )
