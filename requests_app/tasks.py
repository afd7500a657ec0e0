"""Doorbells: ids in, one call, safe to ring twice."""

from datetime import timedelta

from celery import shared_task

from requests_app import forgetting, outbox, pace, photo_check, silence, sweeping, uploads
from requests_app.models import PendingEvent
from santa311.lib import bell, clock

OVERDUE = timedelta(seconds=30)


@shared_task(name=outbox.DELIVER, autoretry_for=(Exception,), retry_backoff=True, max_retries=8)
def deliver(pending_id):
    outbox.deliver(pending_id)


@shared_task(name="requests_app.sweep")
def sweep():
    """Beat rings this: whatever the broker lost is rung again.

    Where as many bells wait as events are late, those may be theirs: in a backlog, more of them
    would keep the worker from the work itself.
    """
    late = PendingEvent.objects.filter(created_at__lt=clock.now() - OVERDUE).order_by("pk")
    ids = list(late.values_list("pk", flat=True)[:1000])
    if ids and len(ids) > bell.waiting(outbox.DELIVER):
        outbox.ring(ids)


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
