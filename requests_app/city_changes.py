"""What a change of the city's configuration means for requests that are open."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from city import cache, geo
from city.models import City, Holiday
from city.pack import Report
from lib import clock
from requests_app.models import ServiceRequest
from requests_app.workflow.act import due_at

MAX_DATES_NAMED = 5
_ROWS_PER_UPDATE = 1000


def load(_pack_dir: Path, report: Report) -> None:
    """Bring open requests up to a pack that was just loaded. Called through CITY_LOADERS."""
    cache.forget()  # the city's tables were just written
    if any(what.startswith("zones ") for what in report.changes):
        counts = reassign_areas()
        into = ", ".join(f"{count} to {name}" for name, count in sorted(counts.items()))
        total = sum(counts.values())
        report.note(f"open requests whose area changed: {total}{f' ({into})' if into else ''}")
    added = [holiday.date for holiday in report.added.get(Holiday, ())]
    if words := describe_holidays(added):
        report.note(words)


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


class _MovedDate(NamedTuple):
    reference: str
    was: date
    now: date

    def __str__(self):
        return f"{self.reference}: {clock.named_day(self.was)} → {clock.named_day(self.now)}"


def describe_holidays(days: Collection[date]) -> str:
    """Return which dates of open requests were counted over new holidays; empty where none was.

    The dates that people were told stay as they are. A request is counted anew when a pause ends,
    or its category or urgency changes; its date then leaves the holiday out.
    """
    days = [day for day in days if _is_worked_otherwise(day)]
    rows = _counted_over(min(days), max(days)) if days else ServiceRequest.objects.none()
    moved = [found for row in rows if (found := _moved_date(row, days))]
    if not moved:
        return ""
    words = ngettext(
        "The date of %(n)s open request was counted over this holiday: %(dates)s. It stays as "
        "people were told, and moves when it is counted anew, after a pause for example.",
        "The dates of %(n)s open requests were counted over this holiday: %(dates)s. They stay as "
        "people were told, and move when they are counted anew, after a pause for example.",
        len(moved),
    )
    shown = ", ".join(map(str, moved[:MAX_DATES_NAMED]))
    more = f" {_('and more')}" if len(moved) > MAX_DATES_NAMED else ""
    return words % {"n": len(moved), "dates": f"{shown}{more}"}


def _is_worked_otherwise(day):
    calendar = City.current().calendar()
    return replace(calendar, holidays=calendar.holidays - {day}).is_working(day)


def _counted_over(first: date, last: date) -> QuerySet[ServiceRequest]:
    tz = City.current().calendar().tz
    begins, ends = datetime.combine(first, time.min, tz), datetime.combine(last, time.max, tz)
    rows = ServiceRequest.objects.open().filter(due_at__gte=begins, clock_started_at__lte=ends)
    return rows.select_related("category").order_by("due_at", "pk")


def _moved_date(row, days):
    """Return the day of a request before and after; None where no holiday lies in between."""
    tz = City.current().calendar().tz
    began, was = row.clock_started_at.astimezone(tz).date(), row.due_at.astimezone(tz).date()
    if not any(began < day <= was for day in days):
        return None
    counted = due_at(row, clock.now())
    now = counted.astimezone(tz).date() if counted else was
    return _MovedDate(row.reference, was, now) if now != was else None
