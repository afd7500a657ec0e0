"""Deliveries of webhooks as a whole: sent again, sent as a test, and deleted when they are old."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from lib import clock, enqueue
from open311.models import Webhook, WebhookDelivery
from open311.webhooks.subscriber import SEND, TRIED_FOR

_BATCH = 5_000
State = WebhookDelivery.State


@transaction.atomic
def send_again(deliveries: QuerySet[WebhookDelivery]) -> int:
    """Send again those of a webhook that is on and that don't wait anyway; return their number."""
    chosen = deliveries.filter(webhook__is_active=True).exclude(state=State.DUE)
    webhooks = dict(chosen.values_list("pk", "webhook"))
    now = clock.now()
    WebhookDelivery.objects.filter(pk__in=webhooks).update(
        state=State.DUE, attempts=0, due_at=now, give_up_at=now + TRIED_FOR
    )
    for webhook_id in sorted(set(webhooks.values())):
        enqueue.enqueue_on_commit(SEND, webhook_id)
    return len(webhooks)


def send_test(webhook: Webhook) -> WebhookDelivery:
    """Send a test, which the webhook's kinds and categories do not keep away."""
    now = clock.now()
    delivery = WebhookDelivery.objects.create(
        webhook=webhook, kind=WebhookDelivery.Kind.TEST, give_up_at=now + TRIED_FOR, due_at=now
    )
    enqueue.enqueue_on_commit(SEND, webhook.pk)
    return delivery


def delete_old() -> int:
    """Delete those older than WEBHOOK_DELIVERIES_DAYS that are not due; return their number."""
    ends = clock.now() - timedelta(days=settings.WEBHOOK_DELIVERIES_DAYS)
    old = WebhookDelivery.objects.filter(created_at__lt=ends).exclude(state=State.DUE)
    ids_of_old = old.order_by("created_at").values_list("pk", flat=True)
    count = 0
    while ids := list(ids_of_old[:_BATCH]):
        count += WebhookDelivery.objects.filter(pk__in=ids).delete()[0]
    return count
