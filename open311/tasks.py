"""Tasks: ids in, one call, safe to run twice."""

from celery import shared_task

from open311.bulk import publishing
from open311.keys import sent_once
from open311.media import addresses
from open311.webhooks import deliveries, sending
from open311.webhooks.subscriber import SEND

send_webhook = shared_task(sending.send, name=SEND)
fetch_photo = shared_task(addresses.fetch, name=addresses.FETCH)

# Beat enqueues these. The open data is asked for all day, made once a night, and again where that
# failed.
send_due_webhooks = shared_task(sending.enqueue_due, name="open311.send_due_webhooks")
fetch_due_photos = shared_task(addresses.enqueue_due, name="open311.fetch_due_photos")
delete_expired = shared_task(sent_once.delete_expired, name="open311.delete_expired")
delete_old_deliveries = shared_task(deliveries.delete_old, name="open311.delete_old_deliveries")
make_open_data = shared_task(publishing.make_if_due, name="open311.make_open_data")
