"""Doorbells: ids in, one call, safe to ring twice."""

from datetime import timedelta

from celery import shared_task

from requests_app import forgetting, outbox, pace, photo_check, silence, sweeping, uploads
from santa311.lib import clock

OVERDUE = timedelta(seconds=30)


@shared_task(name=outbox.DELIVER, autoretry_for=(Exception,), retry_backoff=True, max_retries=8)
def deliver(pending_id):
    outbox.deliver(pending_id)


@shared_task(name="requests_app.sweep")
def sweep():
    """Beat rings this: whatever the broker lost is rung again."""
    outbox.ring_for_late(clock.now() - OVERDUE, most=1000)


@shared_task(name=uploads.MAKE_SIZES, autoretry_for=(OSError,), retry_backoff=True, max_retries=4)
def make_photo_sizes(photo_id):
    uploads.make_sizes(photo_id)


@shared_task(name="requests_app.sweep_photos")
def sweep_photos():
    uploads.ring_for_waiting(clock.now() - OVERDUE, most=500)


@shared_task(name="requests_app.sweep_files")
def sweep_files():
    photo_check.sweep()


@shared_task(name="requests_app.let_time_pass")
def let_time_pass():
    silence.let_time_pass()


@shared_task(name="requests_app.forget")
def forget():
    sweeping.forget()


@shared_task(name="requests_app.forget_people")
def forget_people():
    forgetting.forget_people()


@shared_task(name="requests_app.measure_pace")
def measure_pace():
    pace.measure()
