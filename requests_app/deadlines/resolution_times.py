"""How long each kind of work takes in this city, measured from what was done.

Where enough was done, a new request is expected by when nine of ten were, and the resident reads
that and what half of them took. Below that the target that the city set stands in.
"""

import math
from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from city import cache
from city.models import City
from lib import clock
from requests_app.models import Pace, Priority
from requests_app.status import Outcome

LATEST = 500  # of a kind are measured, so that what a city does now outweighs what it did once
_DAY = timedelta(days=1)
_DONE = """
SELECT category_id, filed_at, done_at FROM (
    SELECT category_id, filed_at, done_at,
           row_number() OVER (PARTITION BY category_id ORDER BY done_at DESC, id DESC) AS nth
      FROM (SELECT id, category_id, filed_at,
                   CASE WHEN outcome = %(imported)s THEN closed_at ELSE completed_at END AS done_at
              FROM requests_app_servicerequest) AS each
     WHERE done_at >= filed_at
) AS latest
 WHERE nth <= %(latest)s
"""


@transaction.atomic
def measure() -> None:
    """Measure every kind anew. One that has too little history has no pace. Safe to repeat."""
    calendar = City.current().calendar()
    needed = City.current().history_needed
    spans = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_DONE, {"imported": Outcome.IMPORTED, "latest": LATEST})
        for category_id, filed_at, done_at in cursor.fetchall():
            local = (moment.astimezone(calendar.tz).date() for moment in (filed_at, done_at))
            spans[category_id].append(tuple(local))
    enough = {key: days for key, days in spans.items() if needed and len(days) >= needed}
    count = working_days(calendar, [span for days in enough.values() for span in days])
    paces = [_pace(key, days, count) for key, days in enough.items()]
    Pace.objects.all().delete()
    Pace.objects.bulk_create(paces)
    cache.invalidate_cache()


def working_days(calendar, spans) -> Callable | None:
    """A function that counts the working days after one day up to another, for days in `spans`."""
    if not spans:
        return None
    first, last = min(began for began, _ended in spans), max(ended for _began, ended in spans)
    worked, total = {}, 0
    for n in range((last - first).days + 1):
        day = first + _DAY * n
        total += calendar.is_working_day(day)
        worked[day] = total
    return lambda began, ended: worked[ended] - worked[began]


def _pace(category_id, days, count) -> Pace:
    took = sorted(count(began, ended) for began, ended in days)
    median, p90 = (max(1, nearest_rank(took, share)) for share in (0.5, 0.9))
    return Pace(
        category_id=category_id,
        median_days=median,
        p90_days=p90,
        measured=len(took),
        since=min(began for began, _ended in days),
        measured_at=clock.now(),
    )


def nearest_rank(in_order, share) -> float:
    """The smallest of the values that at least this share of them does not exceed."""
    return in_order[max(0, math.ceil(share * len(in_order)) - 1)]


@cache.cache_per_version
def _paces() -> dict:
    return {pace.category_id: pace for pace in Pace.objects.all()}


def pace_of(category) -> Pace | None:
    """What was measured of this kind; None where there is too little history."""
    return _paces().get(category.pk)


def expected_by(service_request) -> Pace | None:
    """The pace that its expected date rests on; None where that is a target of the city's."""
    category = service_request.category
    is_urgent = service_request.priority == Priority.URGENT
    if is_urgent and category.urgent_target_days is not None:
        return None
    return pace_of(category)


def explained(service_request) -> str:
    """What the expected date rests on, for residents; empty where it is the city's target."""
    pace = expected_by(service_request)
    if pace is None:
        return ""
    half = ngettext(
        "Half are finished within %(n)s business day",
        "Half are finished within %(n)s business days",
        pace.median_days,
    ) % {"n": pace.median_days}
    most = _("9 out of 10 within %(n)s") % {"n": pace.p90_days}
    since = _("based on %(n)s requests since %(year)s") % {
        "n": pace.measured,
        "year": pace.since.year,
    }
    return _("%(half)s, %(most)s (%(since)s).") % {"half": half, "most": most, "since": since}
