"""The transactional outbox: a PendingEvent row for each event and subscriber.

The rows are authoritative; the broker only wakes a worker.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from contextvars import ContextVar
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from lib import enqueue
from lib.context_variables import override_context_variable
from requests_app.models import Event, PendingEvent

DELIVER_TASK = "requests_app.deliver"
_collector: ContextVar[list[Event] | None] = ContextVar("collected events", default=None)


def collect_events(events: list[Event]) -> AbstractContextManager:
    """Return a context in which new events are appended to the list `events` and not queued.

    The caller calls the subscribers itself.
    """
    return override_context_variable(_collector, events)


def add_event(event: Event) -> None:
    """Store `event` for every subscriber in the caller's transaction; enqueue tasks on commit.

    Inside `collect_events`, only append the event to that list.
    """
    if (collected_events := _collector.get()) is not None:
        collected_events.append(event)
        return
    pending = PendingEvent.objects.bulk_create(
        PendingEvent(event=event, subscriber=path) for path in _subscribers()
    )
    ids = [row.pk for row in pending]
    transaction.on_commit(lambda: enqueue.enqueue_each(DELIVER_TASK, ids), robust=True)


def _subscribers() -> Iterator[str]:
    """Yield the paths of all subscribers, optional ones only if they are in use."""
    yield from settings.EVENT_SUBSCRIBERS
    for module in settings.OPTIONAL_EVENT_SUBSCRIBERS:
        if import_string(f"{module}.is_heard")():
            yield f"{module}.on_event"


def enqueue_overdue(before: datetime, limit: int) -> None:
    """Enqueue tasks again for rows created before `before` (aware), the `limit` oldest."""
    late = PendingEvent.objects.filter(created_at__lt=before).order_by("pk")
    enqueue.enqueue_late_again(DELIVER_TASK, list(late.values_list("pk", flat=True)[:limit]))


@transaction.atomic
def deliver_pending_event(pending_id: int) -> None:
    """Call the subscriber and delete the row, in one transaction.

    A locked or deleted row is skipped. An exception of the subscriber keeps the row.
    """
    rows = PendingEvent.objects.select_for_update(skip_locked=True, of=("self",))
    row = rows.select_related("event__service_request").filter(pk=pending_id).first()
    if row:  # deleted: already delivered; locked: another worker delivers it
        import_string(row.subscriber)(row.event)
        row.delete()


def deliver_all_pending_events() -> None:
    """Deliver all pending events in this process, oldest first; for commands and tests.

    An exception of a subscriber ends the delivery.
    """
    while ids := list(PendingEvent.objects.order_by("pk").values_list("pk", flat=True)[:200]):
        for pending_id in ids:
            deliver_pending_event(pending_id)
