"""Doorbells: ids in, one call, safe to ring twice.

None is tried again by Celery: a worker that holds tasks for later takes none at all any more after
its broker was restarted. The sweepers ring again for what was not done.
"""

import logging
from datetime import timedelta

from celery import shared_task

from requests_app.deadlines import resolution_times
from requests_app.photos import audit, uploading
from requests_app.privacy import retention
from requests_app.workflow import outbox, timeouts
from santa311.lib import clock

log = logging.getLogger(__name__)

OVERDUE = timedelta(seconds=30)


@shared_task(name=outbox.DELIVER)
def deliver(pending_id):
    outbox.deliver(pending_id)


@shared_task(name="requests_app.sweep")
def sweep():
    """Beat rings this: whatever the broker lost is rung again."""
    outbox.ring_for_late(clock.now() - OVERDUE, most=1000)


@shared_task(name=uploading.MAKE_SIZES)
def make_photo_sizes(photo_id):
    try:
        uploading.make_sizes(photo_id)
    except OSError as error:  # the photo storage is away: no fault of ours
        log.warning("photo %s waits for another try: %s", photo_id, type(error).__name__)


@shared_task(name="requests_app.sweep_photos")
def sweep_photos():
    uploading.ring_for_waiting(clock.now() - OVERDUE, most=500)


@shared_task(name="requests_app.sweep_files")
def sweep_files():
    audit.sweep()


@shared_task(name="requests_app.let_time_pass")
def let_time_pass():
    timeouts.let_time_pass()


@shared_task(name="requests_app.forget")
def forget():
    retention.forget()


@shared_task(name="requests_app.forget_people")
def forget_people():
    retention.forget_people()


@shared_task(name="requests_app.measure_pace")
def measure_pace():
    resolution_times.measure()
