"""Counts the weeks' figures ahead, and again where a request changed: `weekly` reads them."""

import json
import math
import time
from datetime import date
from itertools import batched, chain, groupby

from django.db import connection, transaction
from django.db.models import Count, Min

from city.models import City
from lib import clock
from lib.postgresql.transactions import long_transaction
from requests_app.models import ServiceRequest
from staff_portal.models import CITY, COUNTED, PUBLIC, ChangedRequest, WeekFigures, department_scope
from staff_portal.overview.desk import DESK
from staff_portal.overview.finished import FINISHED
from staff_portal.overview.flows import FLOWS
from staff_portal.overview.period import WEEK, Period, monday, runs
from staff_portal.overview.scope import of_everything
from staff_portal.overview.weekly import added_by_key

ALL = (FINISHED, FLOWS, DESK)
AT_ONCE = 20_000  # changed requests
WEEKS_AT_ONCE = 8
LONGEST = 20  # seconds of one run; the next one goes on
_TAKE = """DELETE FROM staff_portal_changedrequest WHERE id IN (
    SELECT id FROM staff_portal_changedrequest ORDER BY id LIMIT %(most)s FOR UPDATE SKIP LOCKED
) RETURNING service_request_id"""
_LOOK = "SELECT service_request_id FROM staff_portal_changedrequest"
_TOUCHED = """
WITH changed AS ({changed})
SELECT DISTINCT date_trunc('week', e.at AT TIME ZONE %(tz)s)::date AS week
  FROM (SELECT DISTINCT service_request_id AS id FROM changed) AS request
  JOIN requests_app_event e ON e.service_request_id = request.id
 ORDER BY week DESC
"""


def count_changed():
    """The weeks in which anything happened to a request that changed since, and then, the newest
    first, weeks that were never counted. Stops after LONGEST seconds with what it has; a week that
    it does not come to is counted when somebody looks at it.
    """
    until = time.monotonic() + LONGEST
    with transaction.atomic():
        touched = _weeks(_TAKE)
        _forget(touched)
        _count_some(touched, until)
    _count_some(missing(), until)


def count_all() -> int:
    """Every week anew, however long it takes; how many there were."""
    ChangedRequest.objects.all().delete()
    WeekFigures.objects.all().delete()
    return count_missing()


def count_missing() -> int:
    weeks = missing()
    _count_some(weeks, math.inf)
    return len(weeks)


def missing() -> list[date]:
    """The Mondays of the weeks that are not counted, the newest first, since the first request."""
    first = ServiceRequest.objects.aggregate(first=Min("filed_at"))["first"]
    if first is None:
        return []
    weeks = Period("own", clock.local(first).date(), clock.today()).mondays
    counted = WeekFigures.objects.filter(scope=COUNTED, kind__in=[each.kind for each in ALL])
    rows = counted.values_list("week").annotate(n=Count("kind")).filter(n=len(ALL))
    known = {week for week, _n in rows}
    return [week for week in reversed(weeks) if week not in known]


def differing() -> list[date]:
    """The counted weeks of which a count of now says something else, although nothing changed."""
    rows = WeekFigures.objects.exclude(week__in=_weeks(_LOOK)).order_by("week")
    weeks = groupby(rows, key=lambda row: row.week)
    return [week for week, each in weeks if _said(each) != _said(_figures_of([week]))]


def _said(rows):
    return {
        (row.kind, row.scope, row.by): [
            sorted(json.dumps(each, sort_keys=True) for each in part)
            for part in (row.rows, *row.days)
        ]
        for row in rows
    }


def _weeks(changed):
    given = {"most": AT_ONCE, "tz": str(City.current().calendar().tz)}
    with connection.cursor() as cursor:
        cursor.execute(_TOUCHED.format(changed=changed), given)
        return [week for (week,) in cursor.fetchall()]


def _forget(weeks):
    WeekFigures.objects.filter(week__in=weeks).delete()


def _count_some(weeks, until):
    for some in chain(*(batched(run, WEEKS_AT_ONCE) for run in runs(weeks, -WEEK))):
        if time.monotonic() > until:
            break
        with transaction.atomic():
            _forget(some)
            WeekFigures.objects.bulk_create(_figures_of(some))


def _figures_of(weeks) -> list[WeekFigures]:
    """What is counted now of weeks that follow each other, not saved."""
    parameters = of_everything(min(weeks), max(weeks)).parameters()
    with long_transaction():
        return [row for each in ALL for row in _rows(each, weeks, parameters)]


def _rows(figures, weeks, parameters):
    found = {(week, COUNTED, ""): [] for week in weeks}
    for day, keys, measures in figures.rows(_sets(figures), parameters | {"grain": "day"}):
        for scope, by, key in _places(keys):
            days = found.setdefault((monday(day), scope, by), [[] for _day in range(7)])
            days[day.weekday()].append([key, measures])
    return [
        WeekFigures(week=week, kind=figures.kind, scope=scope, by=by, rows=_added(days), days=days)
        for (week, scope, by), days in found.items()
    ]


def _added(days):
    """The rows of several days, as one of each key."""
    return list(map(list, added_by_key(chain(*days)).items()))


def _sets(figures):
    """Of the whole city, of what the public sees, and of each department."""
    of = {CITY: (), PUBLIC: ("private",), "": ("department",)}
    if not figures.is_of_departments:
        of = {CITY: ()}
    sets = [
        tuple(dict.fromkeys([*whose, name])) if name else whose
        for scope, whose in of.items()
        for name in figures.told_apart(scope)
    ]
    return list(dict.fromkeys(sets))


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
