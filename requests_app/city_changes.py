"""Updates of open requests after a change of the city's configuration."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import batched, islice
from pathlib import Path
from typing import NamedTuple

from django.urls import reverse

from city import cache, geo
from city.calendar import WorkCalendar
from city.models import City
from city.pack import PackReport
from lib import clock
from requests_app import workflow
from requests_app.errors import IllegalTransition
from requests_app.models import ServiceRequest
from requests_app.permissions import SYSTEM
from requests_app.status import PAUSED_STATUSES
from requests_app.workflow.due_dates import load_status_histories
from requests_app.workflow.moving_dates import compute_moved_due_date

MAX_DATES_NAMED = 5
_ROWS_PER_UPDATE = 1000


def update_open_requests(_pack_dir: Path, report: PackReport) -> None:
    """Assign areas again and report moved dates after a city pack was loaded, by CITY_LOADERS.

    Areas only if a zone changed, dates only if the holidays or the city changed; the results
    become notes of the report.
    """
    cache.clear_process_cache()  # the city's tables have changed
    if any(what.startswith("zones ") for what in report.changes):
        counts = reassign_areas()
        into = ", ".join(f"{count} to {name}" for name, count in sorted(counts.items()))
        total = sum(counts.values())
        report.add_note(f"open requests whose area changed: {total}{f' ({into})' if into else ''}")
    if any(what.startswith(("holidays ", "city changed")) for what in report.changes):
        _report_moved_dates(report)


def _report_moved_dates(report: PackReport) -> None:
    """Set `dates_to_move` of the report and add a note that names the first MAX_DATES_NAMED."""
    found = list(find_moved_dates())
    report.dates_to_move = len(found)
    if found:
        named = ", ".join(map(str, found[:MAX_DATES_NAMED]))
        more = ", …" if len(found) > MAX_DATES_NAMED else ""
        report.add_note(f"expected dates that the new calendar moves: {len(found)} ({named}{more})")


def reassign_areas() -> dict[str, int]:
    """Update the area of each open request from its location.

    Return the number of changed requests by the name of the new area. A request outside all
    areas keeps its area.
    """
    moved = defaultdict(list)
    rows = ServiceRequest.objects.open().exclude(latitude=None).order_by()
    columns = rows.values_list("pk", "zone_id", "latitude", "longitude")
    for pk, zone_id, latitude, longitude in columns.iterator(chunk_size=_ROWS_PER_UPDATE):
        zone = geo.zone_at(latitude, longitude)
        if zone and zone.pk != zone_id:
            moved[zone].append(pk)
    for zone, keys in moved.items():
        for start in range(0, len(keys), _ROWS_PER_UPDATE):
            some = ServiceRequest.objects.filter(pk__in=keys[start : start + _ROWS_PER_UPDATE])
            some.update(zone=zone)
    return {zone.name: len(keys) for zone, keys in moved.items()}


class MovedDate(NamedTuple):
    """An open request that today's calendar moves from `old_date` to `new_date`."""

    service_request: ServiceRequest
    old_date: date
    new_date: date

    @property
    def old_date_text(self) -> str:
        return clock.format_absolute_date(self.old_date)

    @property
    def new_date_text(self) -> str:
        return clock.format_absolute_date(self.new_date)

    def __str__(self) -> str:
        return f"{self.service_request.reference}: {self.old_date_text} → {self.new_date_text}"


def find_moved_dates() -> Iterator[MovedDate]:
    """Yield the open requests whose expected day differs by today's calendar, in the order filed.

    Paused requests are left out: their date is computed again after the pause.
    """
    calendar = City.current().calendar()
    rows = ServiceRequest.objects.open().exclude(status__in=PAUSED_STATUSES).exclude(due_at=None)
    rows = rows.select_related("category").order_by("pk")
    for some in batched(rows.iterator(chunk_size=_ROWS_PER_UPDATE), _ROWS_PER_UPDATE):
        histories = load_status_histories(some)
        for row in some:
            if counted := compute_moved_due_date(row, histories[row.pk], calendar):
                was = row.due_at.astimezone(calendar.tz).date()
                yield MovedDate(row, was, counted.date())


def dates_page_url() -> str:
    """Return the URL of the page that moves expected dates; "" if none would move."""
    is_needed = next(find_moved_dates(), None) is not None
    return reverse("admin:requests_app_servicerequest_dates") if is_needed else ""


def move_dates(limit: int | None = None) -> int:
    """Move at most `limit` expected dates to today's calendar; return how many were moved.

    Each is moved in a transaction of its own. Safe to repeat.
    """
    calendar = City.current().calendar()
    found = [each.service_request for each in islice(find_moved_dates(), limit)]
    return sum(_move_date(row, calendar) for row in found)


def _move_date(row: ServiceRequest, calendar: WorkCalendar) -> bool:
    """Move the date by the verb; return False if it stays.

    False also for a request that was finished or paused in the meantime.
    """
    try:
        return workflow.move_date(row, by=SYSTEM, calendar=calendar) is not None
    except IllegalTransition:  # finished or paused in the meantime
        return False
