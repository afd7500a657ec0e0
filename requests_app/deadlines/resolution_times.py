"""The measured time to finish requests of each category, and the expected date derived from it.

A category with enough finished requests expects a new one within the time of 90 % of them. Others
use the target that the city set.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, timedelta

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from city import cache
from city.calendar import WorkCalendar
from city.models import Category, City
from lib import clock
from requests_app.models import Pace, Priority, ServiceRequest
from requests_app.status import Outcome

MAX_REQUESTS_PER_CATEGORY = 500  # the latest: older ones show how the city worked years ago
_DAY = timedelta(days=1)

type Span = tuple[date, date]
"""The days on which a request was filed and finished."""

_DONE_SQL = """
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
def measure_resolution_times() -> None:
    """Measure the working days to finish requests, and replace the Pace of every category.

    Of each category the latest MAX_REQUESTS_PER_CATEGORY finished requests count, imported ones
    included. A category with fewer than the city's `history_needed` has no Pace; none has one if
    that is 0. The cache is invalidated. Safe to repeat.
    """
    calendar = City.current().calendar()
    needed = City.current().history_needed
    spans: defaultdict[int, list[Span]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            _DONE_SQL, {"imported": Outcome.IMPORTED, "latest": MAX_REQUESTS_PER_CATEGORY}
        )
        for category_id, filed_at, done_at in cursor.fetchall():
            began = filed_at.astimezone(calendar.tz).date()
            spans[category_id].append((began, done_at.astimezone(calendar.tz).date()))
    enough = {key: days for key, days in spans.items() if needed and len(days) >= needed}
    paces = []
    if enough:
        all_spans = [span for days in enough.values() for span in days]
        count = build_working_day_counter(calendar, all_spans)
        paces = [_build_pace(key, days, count) for key, days in enough.items()]
    Pace.objects.all().delete()
    Pace.objects.bulk_create(paces)
    cache.invalidate_cache()


def build_working_day_counter(
    calendar: WorkCalendar, spans: Sequence[Span]
) -> Callable[[date, date], int]:
    """Return a function that counts the working days after one day up to another.

    Both days must lie within `spans`, of which there is at least one.
    """
    first, last = min(began for began, _ended in spans), max(ended for _began, ended in spans)
    worked, total = {}, 0
    for n in range((last - first).days + 1):
        day = first + _DAY * n
        total += calendar.is_working_day(day)
        worked[day] = total
    return lambda began, ended: worked[ended] - worked[began]


def _build_pace(category_id: int, days: Sequence[Span], count: Callable[[date, date], int]) -> Pace:
    """Return the unsaved Pace of a category: median and 90th percentile, at least 1 day."""
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


def nearest_rank(in_order: Sequence[int], share: float) -> int:
    """Return the smallest value that is at least as large as `share` of the sorted values.

    Raise IndexError without values.
    """
    return in_order[max(0, math.ceil(share * len(in_order)) - 1)]


@cache.cache_per_version
def _load_paces() -> dict[int, Pace]:
    """Return all Paces by category id, cached until the city's cache is invalidated."""
    return {pace.category_id: pace for pace in Pace.objects.all()}


def get_category_pace(category: Category) -> Pace | None:
    """Return the measured Pace of the category; None if too few requests were finished."""
    return _load_paces().get(category.pk)


def get_request_pace(service_request: ServiceRequest) -> Pace | None:
    """Return the Pace from which the request's due date is computed; None if a target is used."""
    category = service_request.category
    is_urgent = service_request.priority == Priority.URGENT
    if is_urgent and category.urgent_target_days is not None:
        return None
    return get_category_pace(category)


def explain_expected_date(service_request: ServiceRequest) -> str:
    """Return a sentence on what the expected date is based on, for residents.

    Return "" if the date is the city's target.
    """
    pace = get_request_pace(service_request)
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
