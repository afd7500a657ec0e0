"""Gauges of open, waiting and failed work, from the tables of each app."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Aggregate, Count, Min, Q, QuerySet, Sum, TextChoices
from prometheus_client.core import GaugeMetricFamily

from city import maintenance
from lib import clock
from notifications.models import Delivery
from open311.models import OpenDataEdition, Webhook
from requests_app.lateness import late_condition
from requests_app.models import PendingEvent, Photo, PhotoCopy, ServiceRequest, SpooledOriginal
from requests_app.status import OPEN_STATUSES
from santa311.observability.gauge import build_gauge, seconds_since


def collect_gauges() -> Iterator[GaugeMetricFamily]:
    """Yield the gauges of outbox, requests, photos, mails, webhooks and open data."""
    yield from _outbox_gauges()
    yield from _request_gauges()
    yield from _photo_gauges()
    yield from _mail_gauges()
    yield from _webhook_gauges()
    yield from _open_data_gauges()


def _outbox_gauges() -> Iterator[GaugeMetricFamily]:
    """Yield the number of pending events and the age of the oldest one."""
    found = PendingEvent.objects.aggregate(n=Count("pk"), oldest=Min("created_at"))
    yield build_gauge(
        "outbox_events", "Events that a subscriber has not dealt with yet.", found["n"]
    )
    yield build_gauge(
        "outbox_oldest_seconds", "Age of the oldest of them.", seconds_since(found["oldest"])
    )


def _request_gauges() -> Iterator[GaugeMetricFamily]:
    """Yield the open requests by status, the late and the held ones, and the read-only mode.

    A status without requests is 0.
    """
    late = late_condition(clock.now())
    by_status = ServiceRequest.objects.filter(status__in=OPEN_STATUSES).order_by().values("status")
    held = ~Q(held_for="")
    rows = by_status.annotate(
        n=Count("pk"), late=Count("pk", filter=late), held=Count("pk", filter=held)
    ).values_list("status", "n", "late", "held")
    counts: dict[str, int] = dict.fromkeys(sorted(OPEN_STATUSES), 0)
    total_late = total_held = 0
    for status, count, count_late, count_held in rows:
        counts[status] = count
        total_late += count_late
        total_held += count_held
    yield build_gauge("requests_open", "Open requests by status.", counts, label="status")
    yield build_gauge("requests_late", "Open requests past their date, clock running.", total_late)
    yield build_gauge("requests_held", "Requests that a person must look at first.", total_held)
    yield build_gauge("maintenance", "1 while the city is read only.", maintenance.is_read_only())


def _photo_gauges() -> Iterator[GaugeMetricFamily]:
    """Yield gauges of photos that are not ready, of originals in the database, and of the copy.

    Nearly all photos are ready. Photos of forgotten requests are not counted.
    """
    forgotten = Q(service_request__words_forgotten_at__isnull=False)
    rows = Photo.objects.exclude(state=Photo.State.READY).exclude(forgotten)
    states = [state for state in Photo.State if state != Photo.State.READY]
    found, counts = _aggregate_by_state(rows, states, oldest=Min("uploaded_at"))
    yield build_gauge("photos", "Photos that are not ready, by state.", counts, label="state")
    waiting = found[Photo.State.WAITING]["oldest"]
    yield build_gauge(
        "photos_oldest_waiting_seconds", "Age of the oldest without sizes.", seconds_since(waiting)
    )
    spool = SpooledOriginal.objects.aggregate(
        n=Count("pk"), bytes=Sum("bytes"), oldest=Min("spooled_at")
    )
    yield build_gauge(
        "photos_spooled", "Originals in the database, for the storage to take.", spool["n"]
    )
    yield build_gauge("photos_spooled_bytes", "How large they are together.", spool["bytes"] or 0)
    yield build_gauge(
        "photos_spooled_oldest_seconds", "Age of the oldest.", seconds_since(spool["oldest"])
    )
    copy = PhotoCopy.objects.first()
    words = "Age of the copy of the photos; no value where nothing was ever copied."
    age = seconds_since(copy.copied_until) if copy else None
    yield build_gauge("photos_copy_age_seconds", words, age)


def _mail_gauges() -> Iterator[GaugeMetricFamily]:
    """Yield the number of due, bounced and failed mails, and gauges of those that wait.

    Notifications in browsers are left out: a browser that unsubscribed is no trouble with mail.
    These are how long the oldest mail is overdue, and of mails that were refused for now the
    age of the oldest and the number of addresses. The indexes contain only mails in these
    states.
    """
    kept = (Delivery.State.DUE, Delivery.State.BOUNCED, Delivery.State.FAILED)
    put_off = Q(state=Delivery.State.DUE) & (Q(attempts__gt=0) | ~Q(answer=""))
    found, counts = _aggregate_by_state(
        Delivery.objects.filter(state__in=kept, channel=Delivery.Channel.EMAIL),
        kept,
        due=Min("due_at"),
        since=Min("created_at", filter=put_off),
        addresses=Count("recipient", filter=put_off, distinct=True),
    )
    yield build_gauge("mails", "Mails that are due, bounced or given up.", counts, label="state")
    due = found[Delivery.State.DUE]
    words = "How long the oldest mail is overdue."
    yield build_gauge("mails_oldest_overdue_seconds", words, seconds_since(due["due"]))
    words = "Age of the oldest mail that was not taken yet and is tried again."
    yield build_gauge("mails_oldest_put_off_seconds", words, seconds_since(due["since"]))
    yield build_gauge(
        "mails_put_off_addresses", "How many addresses wait for such.", due["addresses"] or 0
    )


def _aggregate_by_state(
    rows: QuerySet, states: Iterable[TextChoices], **asked: Aggregate
) -> tuple[dict[str, dict], dict[str, int]]:
    """Return the aggregates of the rows by state, and the number of rows by state.

    The aggregates of a state without rows are None.
    """
    found: dict[str, dict[str, Any]]
    found = {state.value: {"n": 0, **dict.fromkeys(asked)} for state in states}
    for row in rows.order_by().values("state").annotate(n=Count("pk"), **asked):
        found[row["state"]] = row
    return found, {state: row["n"] for state, row in found.items()}


def _webhook_gauges() -> Iterator[GaugeMetricFamily]:
    """Yield the number of webhooks by state: on, failing, off.

    Those that an administrator deactivated are not counted.
    """
    failed = Q(off_because=Webhook.OffBecause.FAILED)
    is_failing = Q(is_active=True, failing_since__isnull=False)
    counts = Webhook.objects.aggregate(
        on=Count("pk", filter=Q(is_active=True, failing_since=None)),
        failing=Count("pk", filter=is_failing),
        off=Count("pk", filter=failed),
    )
    words = "Webhooks that work, that fail, and that are off because nothing arrived for a day."
    yield build_gauge("webhooks", words, counts, label="state")


def _open_data_gauges() -> Iterator[GaugeMetricFamily]:
    """Yield the age of the offered open data, and for how long making new files has failed.

    Both are in seconds. The age has no value before the first edition; the failure is 0 if
    there is none.
    """
    editions = OpenDataEdition.objects
    current = editions.current()
    words = "Age of the open data files that are offered."
    yield build_gauge(
        "open_data_age_seconds", words, seconds_since(current.began_at) if current else None
    )
    failed = editions.exclude(problem="")
    if current:
        failed = failed.filter(began_at__gt=current.began_at)
    since = failed.aggregate(since=Min("began_at"))["since"]
    yield build_gauge(
        "open_data_failing_seconds", "Since when making new ones fails.", seconds_since(since)
    )
