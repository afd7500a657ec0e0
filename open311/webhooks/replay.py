"""Sending again what failed or arrived already, and a test."""

from django.db import transaction

from lib import clock, enqueue
from open311.models import WebhookDelivery
from open311.webhooks.subscriber import SEND, TRIED_FOR

State = WebhookDelivery.State


@transaction.atomic
def send_again(deliveries) -> int:
    """How many of these go out again: those of a webhook that is on and that don't wait anyway."""
    chosen = deliveries.filter(webhook__is_active=True).exclude(state=State.DUE)
    webhooks = dict(chosen.values_list("pk", "webhook"))
    now = clock.now()
    WebhookDelivery.objects.filter(pk__in=webhooks).update(
        state=State.DUE, attempts=0, due_at=now, give_up_at=now + TRIED_FOR
    )
    for webhook_id in sorted(set(webhooks.values())):
        enqueue.on_commit(SEND, webhook_id)
    return len(webhooks)


def send_test(webhook) -> WebhookDelivery:
    """Tried like any other, also where the webhook's kinds and categories would keep it away."""
    now = clock.now()
    delivery = WebhookDelivery.objects.create(
        webhook=webhook, kind=WebhookDelivery.Kind.TEST, give_up_at=now + TRIED_FOR, due_at=now
    )
    enqueue.on_commit(SEND, webhook.pk)
    return delivery
