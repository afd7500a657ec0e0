"""Resending, testing and deleting deliveries of webhooks."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from lib import clock, enqueue
from open311.models import Webhook, WebhookDelivery
from open311.webhooks.subscriber import RETRY_PERIOD, SEND_TASK

_BATCH_SIZE = 5_000
State = WebhookDelivery.State


@transaction.atomic
def resend_deliveries(deliveries: QuerySet[WebhookDelivery]) -> int:
    """Make deliveries of active webhooks due again and enqueue them. Return their number.

    Deliveries that are due already are left out. The attempts begin anew.
    """
    chosen = deliveries.filter(webhook__is_active=True).exclude(state=State.DUE)
    webhooks = dict(chosen.values_list("pk", "webhook"))
    now = clock.now()
    WebhookDelivery.objects.filter(pk__in=webhooks).update(
        state=State.DUE, attempts=0, due_at=now, give_up_at=now + RETRY_PERIOD
    )
    for webhook_id in sorted(set(webhooks.values())):
        enqueue.enqueue_on_commit(SEND_TASK, webhook_id)
    return len(webhooks)


def send_test(webhook: Webhook) -> WebhookDelivery:
    """Create, enqueue and return a test delivery, whatever the webhook's kinds and categories."""
    now = clock.now()
    delivery = WebhookDelivery.objects.create(
        webhook=webhook, kind=WebhookDelivery.Kind.TEST, give_up_at=now + RETRY_PERIOD, due_at=now
    )
    enqueue.enqueue_on_commit(SEND_TASK, webhook.pk)
    return delivery


def delete_old_deliveries() -> int:
    """Delete deliveries older than WEBHOOK_DELIVERIES_DAYS that are not due. Return the number."""
    ends = clock.now() - timedelta(days=settings.WEBHOOK_DELIVERIES_DAYS)
    old = WebhookDelivery.objects.filter(created_at__lt=ends).exclude(state=State.DUE)
    ids_of_old = old.order_by("created_at").values_list("pk", flat=True)
    count = 0
    while ids := list(ids_of_old[:_BATCH_SIZE]):
        count += WebhookDelivery.objects.filter(pk__in=ids).delete()[0]
    return count
