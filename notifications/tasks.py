"""Celery tasks of notifications."""

from celery import shared_task

from notifications import alert_digests, delivery, on_request, staff_digests
from notifications.incoming import applying, fetching, receiving, retention

send = shared_task(delivery.send_delivery, name=delivery.SEND_TASK)

# Beat enqueues these.
send_due = shared_task(delivery.enqueue_due_deliveries, name="notifications.send_due")
delete_expired = shared_task(on_request.delete_expired_mails, name="notifications.delete_expired")
create_digests = shared_task(alert_digests.create_due_digests, name="notifications.create_digests")
create_staff_digests = shared_task(
    staff_digests.create_staff_digests, name="notifications.create_staff_digests"
)
apply_incoming = shared_task(applying.apply_mail, name=receiving.APPLY_TASK)
apply_due_incoming = shared_task(
    applying.enqueue_due_mails, name="notifications.apply_due_incoming"
)
fetch_mails = shared_task(fetching.fetch_mails, name="notifications.fetch_mails")
delete_incoming = shared_task(retention.delete_expired_mails, name="notifications.delete_incoming")
