"""Celery tasks of notifications."""

from celery import shared_task

from notifications import delivery, digests, on_request

send = shared_task(delivery.send_delivery, name=delivery.SEND_TASK)

# Beat enqueues these.
send_due = shared_task(delivery.enqueue_due_deliveries, name="notifications.send_due")
delete_expired = shared_task(on_request.delete_expired_mails, name="notifications.delete_expired")
create_digests = shared_task(digests.create_due_digests, name="notifications.create_digests")
