"""Sending again what failed or arrived already, and a test."""

from django.db import transaction

from open311.models import WebhookDelivery
from open311.webhooks.subscriber import SEND, TRIED_FOR
from santa311.lib import clock, enqueue

State = WebhookDelivery.State


@transaction.atomic
def send_again(deliveries) -> int:
    """How many of these go out again: those of a webhook that is on and that don't wait anyway."""
    chosen = deliveries.filter(webhook__is_active=True).exclude(state=State.DUE)
    rows = list(WebhookDelivery.objects.filter(pk__in=list(chosen.values_list("pk", flat=True))))
    now = clock.now()
    for row in rows:
        row.state, row.attempts, row.due_at, row.give_up_at = State.DUE, 0, now, now + TRIED_FOR
    WebhookDelivery.objects.bulk_update(rows, ["state", "attempts", "due_at", "give_up_at"], 500)
    for webhook_id in sorted({row.webhook_id for row in rows}):
        enqueue.on_commit(SEND, webhook_id)
    return len(rows)


def send_test(webhook) -> WebhookDelivery:
    """Tried like any other, also where the webhook's kinds and categories would keep it away."""
    now = clock.now()
    delivery = WebhookDelivery.objects.create(
        webhook=webhook, kind=WebhookDelivery.Kind.TEST, give_up_at=now + TRIED_FOR, due_at=now
    )
    enqueue.on_commit(SEND, webhook.pk)
    return delivery
