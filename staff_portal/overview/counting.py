"""Counts the weeks' figures ahead, and again where a request changed: `weekly` reads them."""

import time
from collections import defaultdict
from datetime import date

from django.db import connection, transaction
from django.db.models import Min

from city.models import City
from requests_app.models import ServiceRequest
from santa311.lib import clock
from staff_portal.models import CITY, COUNTED, PUBLIC, ChangedRequest, WeekFigures, department_scope
from staff_portal.overview.desk import DESK
from staff_portal.overview.finished import FINISHED
from staff_portal.overview.flows import FLOWS
from staff_portal.overview.period import WEEK, monday
from staff_portal.overview.scope import of_everything

ALL = (FINISHED, FLOWS, DESK)
AT_ONCE = 20_000  # changed requests
LONGEST = 20  # seconds of one run; the next one goes on
_OF_PUBLIC = {"department", "person", "reason"}  # what its pages do not tell apart
_TOUCHED = """
WITH taken AS (
    DELETE FROM staff_portal_changedrequest
     WHERE id IN (SELECT id FROM staff_portal_changedrequest ORDER BY id LIMIT %(most)s
                     FOR UPDATE SKIP LOCKED)
    RETURNING service_request_id
)
SELECT DISTINCT date_trunc('week', e.at AT TIME ZONE %(tz)s)::date AS week
  FROM (SELECT DISTINCT service_request_id FROM taken) AS changed
  JOIN requests_app_event e ON e.service_request_id = changed.service_request_id
 ORDER BY week DESC
"""


def count_changed():
    """The weeks in which anything happened to a request that changed since, and then, the newest
    first, weeks that were never counted. Stops after LONGEST seconds with what it has; a week that
    it does not come to is counted when somebody looks at it.
    """
    until = time.monotonic() + LONGEST
    with transaction.atomic():
        for week in _touched():
            _forget(week)
            if time.monotonic() < until:
                _count(week)
    for week in missing():
        if time.monotonic() > until:
            break
        count(week)


def count_all() -> int:
    """Every week anew, however long it takes; how many there were."""
    ChangedRequest.objects.all().delete()
    WeekFigures.objects.all().delete()
    return count_missing()


def count_missing() -> int:
    weeks = missing()
    for week in weeks:
        count(week)
    return len(weeks)


def missing() -> list[date]:
    """The Mondays of the weeks that are not counted, the newest first, since the first request."""
    first = ServiceRequest.objects.aggregate(first=Min("filed_at"))["first"]
    if first is None:
        return []
    tz = City.current().calendar().tz
    week, last = (monday(moment.astimezone(tz).date()) for moment in (first, clock.now()))
    counted = WeekFigures.objects.filter(scope=COUNTED)
    known = {each.name: set() for each in ALL}
    for each in ALL:
        known[each.name] = set(counted.filter(kind=each.kind).values_list("week", flat=True))
    found = []
    while week <= last:
        if not all(week in weeks for weeks in known.values()):
            found.append(week)
        week += WEEK
    return found[::-1]


def count(week):
    """One week's figures, in the place of what was counted of it before."""
    with transaction.atomic():
        _forget(week)
        _count(week)


def figures_of(week) -> list[WeekFigures]:
    """What is counted of a week now, not saved."""
    parameters = of_everything(week).parameters()
    return [one for each in ALL for one in _of_week(each, week, parameters)]


def _touched():
    with connection.cursor() as cursor:
        cursor.execute(_TOUCHED, {"most": AT_ONCE, "tz": str(City.current().calendar().tz)})
        return [week for (week,) in cursor.fetchall()]


def _forget(week):
    WeekFigures.objects.filter(week=week).delete()


def _count(week):
    WeekFigures.objects.bulk_create(figures_of(week))


def _of_week(figures, week, parameters):
    found = defaultdict(list, {(COUNTED, ""): []})
    for _week, keys, measures in figures.rows(_sets(figures), parameters):
        for scope, by, key in _places(keys):
            found[scope, by].append([key, measures])
    return [
        WeekFigures(week=week, kind=figures.kind, scope=scope, by=by, rows=rows)
        for (scope, by), rows in found.items()
    ]


def _sets(figures):
    """Of the whole city all but persons; of what the public sees, and of each department."""
    whole = [(), *((name,) for name in figures.by if name != "person")]
    if not figures.is_of_departments:
        return whole
    shown = [(), *((name,) for name in figures.by if name not in _OF_PUBLIC)]
    inside = [(name,) for name in figures.by if name != "department"]
    return [
        *whole,
        *(("private", *each) for each in shown),
        *(("department", *one) for one in inside),
    ]


def _places(keys):
    """(scope, by, key) of each place in which a row with these keys is looked for."""
    rest = {name: key for name, key in keys.items() if name not in ("private", "department")}
    [(by, key)] = rest.items() or [("", None)]
    if "private" in keys:
        return [] if keys["private"] else [(PUBLIC, by, key)]
    if "department" not in keys:
        return [(CITY, by, key)]
    pk = keys["department"]
    names = [(by, key)] if rest else [("", None), ("department", pk)]
    inside = [(department_scope(pk), *each) for each in names] if pk else []
    return inside if rest else [*inside, (CITY, "department", pk)]
