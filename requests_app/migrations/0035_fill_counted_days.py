"""Read from the dates of open requests how many working days they count."""

from itertools import batched
from zoneinfo import ZoneInfo

from django.db import migrations

from city.calendar import WorkCalendar
from requests_app.deadlines import due

_PAUSED = frozenset({"awaiting_resident", "on_hold"})
_DONE = frozenset({"completed", "closed"})
_ROWS_AT_ONCE = 1000


def fill(apps, schema_editor) -> None:
    """Fill the open requests that do not know their days, each for the date that it has now."""
    calendar = _calendar(apps)
    if calendar is None:
        return  # no city is loaded, so there is no request
    rows = apps.get_model("requests_app", "ServiceRequest").objects
    unknown = rows.filter(counted_days=None).exclude(due_at=None).exclude(status__in=_DONE)
    columns = unknown.order_by("pk").values_list("pk", "clock_started_at", "due_at")
    for some in batched(list(columns), _ROWS_AT_ONCE):
        histories = _histories(apps, [pk for pk, _started, _due_at in some])
        for pk, started, due_at in some:
            pauses = due.pauses(histories[pk], started, _PAUSED)
            days = due.counted_days(due_at, started, pauses, calendar)
            # Another process may move the date meanwhile, and then knows its days.
            rows.filter(pk=pk, due_at=due_at, counted_days=None).update(counted_days=days)


def _calendar(apps):
    city = apps.get_model("city", "City").objects.first()
    return city and WorkCalendar(
        weekdays=frozenset(city.working_weekdays),
        alternate_weekday=city.alternate_weekday,
        alternate_anchor=city.alternate_anchor,
        holidays=frozenset(
            apps.get_model("city", "Holiday").objects.values_list("date", flat=True)
        ),
        opens_at=city.opens_at,
        closes_at=city.closes_at,
        tz=ZoneInfo(city.time_zone),
    )


def _histories(apps, keys):
    events = apps.get_model("requests_app", "Event").objects.filter(service_request__in=keys)
    found = {pk: [] for pk in keys}
    for pk, at, status in events.order_by("pk").values_list(
        "service_request", "at", "status_after"
    ):
        found[pk].append((at, status))
    return found


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("requests_app", "0034_counted_days"), ("city", "0001_initial")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
