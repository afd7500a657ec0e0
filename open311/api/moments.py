"""Parsing of date and time parameters."""

import re
from datetime import UTC, datetime, timedelta

from django.utils import timezone

_MOMENT = re.compile(
    r"(?P<day>\d{4}-\d{2}-\d{2})"
    r"(?:[Tt ](?P<time>\d{2}:\d{2}(?::\d{2}(?P<fraction>[.,]\d{1,9})?)?)"
    r"(?P<zone>[Zz]|[+\- ]\d{2}:?\d{2})?)?",
    re.ASCII,
)
_YEARS = range(1900, 2200)


def parse_moment(text: str, *, is_end=False) -> datetime:
    """Return the moment of an ISO 8601 text such as 2026-11-30T17:00:00Z, in UTC.

    A space may replace the T, or a plus sign that was not URL-encoded. Without a time zone, the
    city's is used. A date is the beginning of its day; with `is_end`, the last microsecond of the
    day, or of the second for a time without fractions. Raise ValueError for another text.
    """
    found = _MOMENT.fullmatch(text.strip())
    if found is None:
        raise ValueError(text)
    zone = (found["zone"] or "").upper().replace(" ", "+")
    moment = datetime.fromisoformat(f"{found['day']}T{found['time'] or '00:00'}{zone}")
    if moment.year not in _YEARS:
        raise ValueError(text)
    if is_end and not found["fraction"]:
        span = timedelta(seconds=1) if found["time"] else timedelta(days=1)
        moment += span - timedelta(microseconds=1)
    aware = moment if moment.tzinfo else timezone.make_aware(moment)
    return aware.astimezone(UTC)
