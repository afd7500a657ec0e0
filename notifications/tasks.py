"""Doorbells: ids in, one call, safe to ring twice."""

from celery import shared_task

from notifications import letters, sending
from santa311.lib import bell


@shared_task(name=sending.SEND)
def send(delivery_id):
    sending.send(delivery_id)


@shared_task(name="notifications.send_due")
def send_due():
    """Beat rings this: what had to wait, and what the broker lost."""
    bell.ring_again(sending.SEND, sending.due_ids())


@shared_task(name="notifications.forget")
def forget():
    letters.forget()
