"""Celery tasks of notifications."""

from celery import shared_task

from notifications import alert_digests, delivery, on_request, staff_digests

send = shared_task(delivery.send_delivery, name=delivery.SEND_TASK)

# Beat enqueues these.
send_due = shared_task(delivery.enqueue_due_deliveries, name="notifications.send_due")
delete_expired = shared_task(on_request.delete_expired_mails, name="notifications.delete_expired")
create_digests = shared_task(alert_digests.create_due_digests, name="notifications.create_digests")
create_staff_digests = shared_task(
    staff_digests.create_staff_digests, name="notifications.create_staff_digests"
)
