"""The Celery tasks: each takes ids, makes one call and is safe to repeat.

Celery retries none of them: a worker that holds tasks for later stops taking tasks after a restart
of its broker. The periodic tasks enqueue again what was not done.
"""

import logging
from datetime import timedelta

from celery import shared_task

from lib import clock
from requests_app.deadlines import resolution_times
from requests_app.models import Photo
from requests_app.photos import audit, uploading
from requests_app.photos.clean_originals import clean_originals
from requests_app.privacy import retention
from requests_app.rollups import folding
from requests_app.workflow import outbox, timeouts

log = logging.getLogger(__name__)

OVERDUE_AFTER = timedelta(seconds=30)


deliver = shared_task(outbox.deliver_pending_event, name=outbox.DELIVER_TASK)


@shared_task(name="requests_app.retry_events")
def retry_events() -> None:
    """Enqueue overdue events again, whose tasks the broker may have lost."""
    outbox.enqueue_overdue(clock.now() - OVERDUE_AFTER, limit=1000)


@shared_task(name=uploading.MAKE_SIZES)
def make_photo_sizes(photo_id: str) -> float | None:
    """Make the sizes of a photo; log and leave it for `retry_photos` if storage is unavailable.

    Return the seconds from the upload until the photo was ready, or None. Finished work is returned
    to its department if all of its photos are unreadable.
    """
    seconds = None
    try:
        seconds = uploading.make_sizes(photo_id)
    except OSError as error:  # the photo storage is unavailable
        log.warning("Photo %s is retried later: %s", photo_id, type(error).__name__)
    timeouts.reject_unreadable_proof(Photo.objects.filter(pk=photo_id))
    return seconds


@shared_task(name="requests_app.retry_photos")
def retry_photos() -> None:
    """Enqueue at most 500 overdue photos again, and reject finished work without readable ones."""
    uploading.enqueue_waiting(clock.now() - OVERDUE_AFTER, most=500)
    timeouts.reject_unreadable_proof(Photo.objects.all())


# Functions that are tasks as they are.
for name, work in {
    "delete_unknown_files": audit.delete_unknown_files,
    "clean_originals": clean_originals,
    "run_timeouts": timeouts.run_timeouts,
    "delete_expired": retention.delete_expired,
    "apply_retention": retention.apply_retention,
    "measure_resolution_times": resolution_times.measure_resolution_times,
    "fold_rollups": folding.fold_changes,
}.items():
    shared_task(work, name=f"requests_app.{name}")
