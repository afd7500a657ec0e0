"""Celery tasks: each calls one function, by id if needed, and is safe to run twice."""

from celery import shared_task

from open311.bulk import publishing
from open311.keys import idempotency
from open311.media import addresses
from open311.webhooks import deliveries, sending
from open311.webhooks.subscriber import SEND_TASK

send_webhook = shared_task(sending.send_due_deliveries, name=SEND_TASK)
fetch_photo = shared_task(addresses.fetch_photo, name=addresses.FETCH_TASK)

# Beat enqueues these. make_open_data runs all day; it publishes once a night, and again after a
# failure.
send_due_webhooks = shared_task(sending.enqueue_ready_webhooks, name="open311.send_due_webhooks")
fetch_due_photos = shared_task(addresses.enqueue_due_photos, name="open311.fetch_due_photos")
delete_expired = shared_task(idempotency.delete_expired_records, name="open311.delete_expired")
delete_old_deliveries = shared_task(
    deliveries.delete_old_deliveries, name="open311.delete_old_deliveries"
)
make_open_data = shared_task(publishing.publish_if_due, name="open311.make_open_data")
