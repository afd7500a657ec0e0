"""Tasks: ids in, one call, safe to run twice."""

from celery import shared_task

from open311.webhooks import retention, sending
from open311.webhooks.subscriber import SEND

send_webhook = shared_task(sending.send, name=SEND)


@shared_task(name="open311.send_due_webhooks")
def send_due_webhooks():
    """Beat enqueues this."""
    sending.enqueue_due()


@shared_task(name="open311.delete_old_deliveries")
def delete_old_deliveries():
    retention.delete_old()
