"""Tasks: ids in, one call, safe to run twice."""

from celery import shared_task

from lib import enqueue
from notifications import delivery, on_request


@shared_task(name=delivery.SEND)
def send(delivery_id):
    delivery.send(delivery_id)


@shared_task(name="notifications.send_due")
def send_due():
    """Beat enqueues this: what had to wait, and what the broker lost."""
    enqueue.again(delivery.SEND, delivery.due_ids())


@shared_task(name="notifications.delete_expired")
def delete_expired():
    on_request.delete_expired()
