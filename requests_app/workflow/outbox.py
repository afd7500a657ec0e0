"""Events on their way to those who react. The rows are the truth; the broker is only a signal."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from contextvars import ContextVar

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from lib import enqueue
from lib.context_variables import assigned
from requests_app.models import PendingEvent

DELIVER_TASK = "requests_app.deliver"
_collector = ContextVar("events that somebody tells the subscribers of", default=None)


def collect_events(events) -> AbstractContextManager:
    """Put events into the list `events` instead: the caller tells the subscribers itself."""
    return assigned(_collector, events)


def add_event(event) -> None:
    """Owe `event` to every subscriber, in the caller's transaction; enqueue it once it commits."""
    if (collected_events := _collector.get()) is not None:
        collected_events.append(event)
        return
    pending = PendingEvent.objects.bulk_create(
        PendingEvent(event=event, subscriber=path) for path in _subscribers()
    )
    ids = [row.pk for row in pending]
    transaction.on_commit(lambda: enqueue.each(DELIVER_TASK, ids), robust=True)


def _subscribers() -> Iterator[str]:
    """Those that are told of every event, and those behind which anybody waits for it."""
    yield from settings.EVENT_SUBSCRIBERS
    for module in settings.OPTIONAL_EVENT_SUBSCRIBERS:
        if import_string(f"{module}.is_heard")():
            yield f"{module}.on_event"


def enqueue_overdue(before, limit) -> None:
    """Enqueue again what is owed since before that moment (aware), the oldest first."""
    late = PendingEvent.objects.filter(created_at__lt=before).order_by("pk")
    enqueue.again(DELIVER_TASK, list(late.values_list("pk", flat=True)[:limit]))


@transaction.atomic
def deliver_pending_event(pending_id) -> None:
    """Let the subscriber react and forget the debt, both or neither."""
    rows = PendingEvent.objects.select_for_update(skip_locked=True, of=("self",))
    row = rows.select_related("event__service_request").filter(pk=pending_id).first()
    if row:  # gone: already done; locked: another worker is at it
        import_string(row.subscriber)(row.event)
        row.delete()


def deliver_all_pending_events() -> None:
    """Every debt, here and now, oldest first; for commands and tests that run no worker."""
    while ids := list(PendingEvent.objects.order_by("pk").values_list("pk", flat=True)[:200]):
        for pending_id in ids:
            deliver_pending_event(pending_id)
