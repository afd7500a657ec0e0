"""What a change of the city's configuration means for requests that are open."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import batched, islice
from pathlib import Path
from typing import NamedTuple

from django.urls import reverse

from city import cache, geo
from city.models import City
from city.pack import PackReport
from lib import clock
from requests_app import workflow
from requests_app.errors import IllegalTransition
from requests_app.models import ServiceRequest
from requests_app.permissions import SYSTEM
from requests_app.status import PAUSED
from requests_app.workflow.act import load_histories
from requests_app.workflow.moving_dates import count_date

MAX_DATES_NAMED = 5
_ROWS_PER_UPDATE = 1000


def load(_pack_dir: Path, report: PackReport) -> None:
    """Bring open requests up to a pack that was just loaded. Called through CITY_LOADERS."""
    cache.clear_process_cache()  # the city's tables were just written
    if any(what.startswith("zones ") for what in report.changes):
        counts = reassign_areas()
        into = ", ".join(f"{count} to {name}" for name, count in sorted(counts.items()))
        total = sum(counts.values())
        report.add_note(f"open requests whose area changed: {total}{f' ({into})' if into else ''}")
    if any(what.startswith(("holidays ", "city changed")) for what in report.changes):
        _note_dates(report)


def _note_dates(report) -> None:
    found = list(find_moved_dates())
    report.dates_to_move = len(found)
    if found:
        named = ", ".join(map(str, found[:MAX_DATES_NAMED]))
        more = ", …" if len(found) > MAX_DATES_NAMED else ""
        report.add_note(f"expected dates that the new calendar moves: {len(found)} ({named}{more})")


def reassign_areas() -> dict[str, int]:
    """Give each open request the area that its location lies in now; return area to how many.

    A request that lies in no area any more keeps the one that it had.
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
    """An open request that was expected on the day `was`, which by today's calendar is `now`."""

    service_request: ServiceRequest
    was: date
    now: date

    @property
    def was_named(self) -> str:
        return clock.named_day(self.was)

    @property
    def now_named(self) -> str:
        return clock.named_day(self.now)

    def __str__(self) -> str:
        return f"{self.service_request.reference}: {self.was_named} → {self.now_named}"


def find_moved_dates() -> Iterator[MovedDate]:
    """Yield the open requests whose expected day another calendar counted, in the order filed.

    A request on pause is left out: its date is counted anew when the pause ends.
    """
    calendar = City.current().calendar()
    rows = ServiceRequest.objects.open().exclude(status__in=PAUSED).exclude(due_at=None)
    rows = rows.select_related("category").order_by("pk")
    for some in batched(rows.iterator(chunk_size=_ROWS_PER_UPDATE), _ROWS_PER_UPDATE):
        histories = load_histories(some)
        for row in some:
            if counted := count_date(row, histories[row.pk], calendar):
                was = row.due_at.astimezone(calendar.tz).date()
                yield MovedDate(row, was, counted.date())


def find_dates_page() -> str:
    """Return the address of the page that moves expected dates; empty where none would move."""
    is_needed = next(find_moved_dates(), None) is not None
    return reverse("admin:requests_app_servicerequest_dates") if is_needed else ""


def move_dates(limit: int | None = None) -> int:
    """Move the expected dates that another calendar counted, at most `limit`; return how many.

    Each is a transaction of its own. Safe to repeat: a moved date is not found again.
    """
    calendar = City.current().calendar()
    found = [each.service_request for each in islice(find_moved_dates(), limit)]
    return sum(_move_date(row, calendar) for row in found)


def _move_date(row, calendar) -> bool:
    try:
        return workflow.move_date(row, by=SYSTEM, calendar=calendar) is not None
    except IllegalTransition:  # it was finished or paused since it was found
        return False
