"""Recount of DailyFacts, and its comparison with the requests."""

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
    DIFFERING_DAYS_SQL,
    DIFFERING_WEEKS_SQL,
    INSERT_DAYS_SQL,
    INSERT_WEEKS_SQL,
)
from staff_portal.overview.period import DAY, WEEK, Period, group_consecutive_days, monday_of
from staff_portal.overview.scope import build_scope_of_days

ADVISORY_LOCK_ID = 31_101  # an advisory lock: only one process at a time replaces days and weeks
MAX_REQUESTS_AT_ONCE = 20_000
MAX_DAYS_AT_ONCE = 31
MAX_SECONDS = 20  # of one run; the next run continues

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
# A request is counted only on days with an event of these verbs.
_SELECT_DAYS_OF_REQUESTS = """SELECT DISTINCT (e.at AT TIME ZONE %(tz)s)::date AS day
  FROM (SELECT DISTINCT service_request_id AS id FROM {changed}) AS request
  JOIN requests_app_event e ON e.service_request_id = request.id
 WHERE e.verb IN ('file', 'import_closed', 'route', 'hand_back', 'complete', 'decline',
                  'mark_duplicate', 'transfer', 'withdraw')"""
_TAKE_DAYS = """
DELETE FROM staff_portal_changedday WHERE day IN (
    SELECT day FROM staff_portal_changedday ORDER BY day DESC LIMIT %(most)s
) RETURNING day
"""


def recount_changed_days(max_seconds: float = MAX_SECONDS) -> int:
    """Recount the days on which anything happened to a changed request, the newest first.

    Return the number of days counted. After `max_seconds`, the other days are left to the next run.
    """
    until, refilled = time.monotonic() + max_seconds, 0
    while _note_changed_days() == MAX_REQUESTS_AT_ONCE:
        pass
    while time.monotonic() < until:
        with long_transaction() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ADVISORY_LOCK_ID])
            cursor.execute(_TAKE_DAYS, {"most": MAX_DAYS_AT_ONCE})
            days = sorted(day for (day,) in cursor.fetchall())
            replace_days(cursor, days)
        if not days:
            break
        refilled += len(days)
    return refilled


def recount_all_days() -> int:
    """Recount every day since the first request, however long it takes; return the number of days.

    Each day is added to ChangedDay first. Until it is counted, pages show its former figures.
    """
    ChangedDay.objects.bulk_create(map(ChangedDay, _list_all_days()), ignore_conflicts=True)
    return recount_changed_days(math.inf)


def replace_days(cursor: CursorWrapper, days: list[date]) -> None:
    """Replace the rows of these days, which are sorted, and the totals of their weeks."""
    DailyFacts.objects.filter(grain=Grain.DAY, day__in=days).delete()
    for run in group_consecutive_days(days):
        cursor.execute(INSERT_DAYS_SQL, _build_sql_parameters(run[0], run[-1]))
    replace_week_totals(cursor, sorted({monday_of(day) for day in days}))


def replace_week_totals(cursor: CursorWrapper, mondays: list[date]) -> None:
    """Replace the totals of the weeks that begin on these Mondays."""
    totals = [grain for grain in Grain if grain != Grain.DAY]
    DailyFacts.objects.filter(grain__in=totals, day__in=mondays).delete()
    for each in mondays:
        cursor.execute(INSERT_WEEKS_SQL, _build_sql_parameters(each, each + WEEK - DAY))


def find_differing_days() -> list[date]:
    """Return days, and Mondays of weeks, whose stored figures differ from the requests, in order.

    Days that the next run will recount are left out.
    """
    found = set()
    for run in batched(_list_all_days(), 4 * 7, strict=False):
        changed = _list_changed_days()
        with long_transaction() as cursor:
            for query, left in ((DIFFERING_DAYS_SQL, changed), (DIFFERING_WEEKS_SQL, set())):
                cursor.execute(query, _build_sql_parameters(run[0], run[-1]))
                found.update({day for (day,) in cursor.fetchall()} - left)
    return sorted(found - _list_changed_days())


def _note_changed_days() -> int:
    """Delete at most MAX_REQUESTS_AT_ONCE rows of ChangedRequest; add their days to ChangedDay.

    Return the number of deleted rows.
    """
    query = _NOTE_DAYS.format(days=_SELECT_DAYS_OF_REQUESTS.format(changed="changed"))
    given: dict[str, int | str] = {
        "most": MAX_REQUESTS_AT_ONCE,
        "tz": str(City.current().calendar().tz),
    }
    with connection.cursor() as cursor:
        cursor.execute(query, given)
        return cursor.fetchone()[0]


def _list_changed_days() -> set[date]:
    """Return the days that the next run recounts."""
    with connection.cursor() as cursor:
        query = _SELECT_DAYS_OF_REQUESTS.format(changed="staff_portal_changedrequest")
        cursor.execute(query, {"tz": str(City.current().calendar().tz)})
        found = {day for (day,) in cursor.fetchall()}
    return found | set(ChangedDay.objects.values_list("day", flat=True))


def _build_sql_parameters(first: date, last: date) -> dict:
    """Return the SQL parameters of the city's scope from `first` to `last`, inclusive."""
    return build_scope_of_days(first, last).build_sql_parameters()


def _list_all_days() -> list[date]:
    """Return all days from the Monday before the first request or stored figure to today.

    Return [] if there is neither.
    """
    filed = ServiceRequest.objects.aggregate(first=Min("filed_at"))["first"]
    kept = DailyFacts.objects.aggregate(first=Min("day"))["first"]
    firsts = [kept, filed and clock.localtime(filed).date()]
    if not any(firsts):
        return []
    period = Period("own", monday_of(min(filter(None, firsts))), clock.today())
    return [period.first + DAY * n for n in range((period.day_after - period.first).days)]
