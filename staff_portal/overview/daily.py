"""Keep DailyFacts up to date, and compare it with the requests."""

import math
import time
from datetime import date
from itertools import batched

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import Min

from city.models import City
from lib import clock
from lib.postgresql.transactions import long_transaction
from requests_app.models import ServiceRequest
from staff_portal.models import ChangedDay, DailyFacts, Grain
from staff_portal.overview.daily_facts import (
    DIFFERENT_DAYS,
    DIFFERENT_WEEKS,
    INSERT_DAYS,
    INSERT_WEEKS,
)
from staff_portal.overview.period import DAY, WEEK, Period, group_runs, monday
from staff_portal.overview.scope import of_everything

LOCK = 31_101  # of PostgreSQL's advisory ones: one replaces days and their weeks at a time
MAX_REQUESTS_AT_ONCE = 20_000
MAX_DAYS_AT_ONCE = 31
MAX_SECONDS = 20  # of one run; the next one goes on

_NOTE_DAYS = """
WITH changed AS (
    DELETE FROM staff_portal_changedrequest WHERE id IN (
        SELECT id FROM staff_portal_changedrequest ORDER BY id LIMIT %(most)s
           FOR UPDATE SKIP LOCKED
    ) RETURNING service_request_id
), noted AS (
    INSERT INTO staff_portal_changedday (day) {days} ORDER BY day ON CONFLICT DO NOTHING
)
SELECT count(*) FROM changed
"""
# A request is counted on days of these verbs alone.
_DAYS = """SELECT DISTINCT (e.at AT TIME ZONE %(tz)s)::date AS day
  FROM (SELECT DISTINCT service_request_id AS id FROM {changed}) AS request
  JOIN requests_app_event e ON e.service_request_id = request.id
 WHERE e.verb IN ('file', 'import_closed', 'route', 'hand_back', 'complete', 'decline',
                  'mark_duplicate', 'transfer', 'withdraw')"""
_TAKE_DAYS = """
DELETE FROM staff_portal_changedday WHERE day IN (
    SELECT day FROM staff_portal_changedday ORDER BY day DESC LIMIT %(most)s
) RETURNING day
"""


def refill_changed_days(max_seconds: float = MAX_SECONDS) -> int:
    """Count the days on which anything happened to a changed request, the newest first.

    Return how many days were counted. After `max_seconds` the other days are left to the next run.
    """
    until, refilled = time.monotonic() + max_seconds, 0
    while _note_days() == MAX_REQUESTS_AT_ONCE:
        pass
    while time.monotonic() < until:
        with long_transaction() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            cursor.execute(_TAKE_DAYS, {"most": MAX_DAYS_AT_ONCE})
            days = sorted(day for (day,) in cursor.fetchall())
            refill(cursor, days)
        if not days:
            break
        refilled += len(days)
    return refilled


def refill_all() -> int:
    """Count every day since the first request; return how many.

    Pages show the former figures of a day until it is counted.
    """
    ChangedDay.objects.bulk_create(map(ChangedDay, _list_days()), ignore_conflicts=True)
    return refill_changed_days(math.inf)


def refill(cursor: CursorWrapper, days: list[date]) -> None:
    """Replace the rows of these days, and the totals of their weeks."""
    DailyFacts.objects.filter(grain=Grain.DAY, day__in=days).delete()
    for run in group_runs(days):
        cursor.execute(INSERT_DAYS, _parameters(run[0], run[-1]))
    sum_weeks(cursor, sorted({monday(day) for day in days}))


def sum_weeks(cursor: CursorWrapper, mondays: list[date]) -> None:
    """Replace the totals of the weeks that begin on these Mondays."""
    totals = [grain for grain in Grain if grain != Grain.DAY]
    DailyFacts.objects.filter(grain__in=totals, day__in=mondays).delete()
    for each in mondays:
        cursor.execute(INSERT_WEEKS, _parameters(each, each + WEEK - DAY))


def find_differing_days() -> list[date]:
    """Return the days, and the Mondays of the weeks, whose kept figures are not what the requests
    say, though nothing changed.
    """
    found = set()
    for run in batched(_list_days(), 4 * 7, strict=False):
        changed = _list_changed_days()
        with long_transaction() as cursor:
            for query, left in ((DIFFERENT_DAYS, changed), (DIFFERENT_WEEKS, set())):
                cursor.execute(query, _parameters(run[0], run[-1]))
                found.update({day for (day,) in cursor.fetchall()} - left)
    return sorted(found - _list_changed_days())


def _note_days() -> int:
    """Note the days of at most MAX_REQUESTS_AT_ONCE changed requests; return how many it took."""
    query = _NOTE_DAYS.format(days=_DAYS.format(changed="changed"))
    given = {"most": MAX_REQUESTS_AT_ONCE, "tz": str(City.current().calendar().tz)}
    with connection.cursor() as cursor:
        cursor.execute(query, given)
        return cursor.fetchone()[0]


def _list_changed_days() -> set[date]:
    """Return the days that the next run counts."""
    with connection.cursor() as cursor:
        query = _DAYS.format(changed="staff_portal_changedrequest")
        cursor.execute(query, {"tz": str(City.current().calendar().tz)})
        found = {day for (day,) in cursor.fetchall()}
    return found | set(ChangedDay.objects.values_list("day", flat=True))


def _parameters(first: date, last: date) -> dict:
    return of_everything(first, last).parameters()


def _list_days() -> list[date]:
    """Return the days from the Monday before the first request, or kept figure, to today."""
    filed = ServiceRequest.objects.aggregate(first=Min("filed_at"))["first"]
    kept = DailyFacts.objects.aggregate(first=Min("day"))["first"]
    firsts = [kept, filed and clock.localtime(filed).date()]
    if not any(firsts):
        return []
    period = Period("own", monday(min(filter(None, firsts))), clock.today())
    return [period.first + DAY * n for n in range((period.after - period.first).days)]
