"""Tasks: ids in, one call, safe to run twice."""

from celery import shared_task

from open311.bulk import publishing
from open311.media import addresses
from open311.webhooks import retention, sending
from open311.webhooks.subscriber import SEND
from santa311.lib import idempotency

send_webhook = shared_task(sending.send, name=SEND)


@shared_task(name=addresses.FETCH)
def fetch_photo(remote_photo_id):
    addresses.fetch(remote_photo_id)


@shared_task(name="open311.fetch_due_photos")
def fetch_due_photos():
    """Beat enqueues this: what waits for another try, and what the broker lost."""
    addresses.enqueue_due()


@shared_task(name="open311.send_due_webhooks")
def send_due_webhooks():
    """Beat enqueues this."""
    sending.enqueue_due()


@shared_task(name="open311.delete_expired")
def delete_expired():
    idempotency.delete_expired()


@shared_task(name="open311.delete_old_deliveries")
def delete_old_deliveries():
    retention.delete_old()


@shared_task(name="open311.make_open_data")
def make_open_data():
    """Beat enqueues this all day; the files are made once a night, and again where that failed."""
    publishing.make_if_due()
