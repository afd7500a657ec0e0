"""The lateness of requests, the same on every page, in every list and file.

A request is late while it is open and not paused, and its due date has passed.
"""

from datetime import datetime

from django.db.models import Q
from django.db.models.expressions import Combinable
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from requests_app.status import OPEN_STATUSES, PAUSED_STATUSES, Status

CAN_BE_LATE = OPEN_STATUSES - PAUSED_STATUSES
_NEVER_LATE = sorted(set(Status) - CAN_BE_LATE)
# A negated list, since a condition on the status that has an index is combined with it: of two
# positive lists, the planner multiplies the selectivities and expects 200 rows instead of 20 000.
_CLOCK_RUNS = ~Q(status__in=_NEVER_LATE)

LATE_SQL = "due_at < %(now)s AND status NOT IN ({})".format(
    ", ".join(f"'{status}'" for status in _NEVER_LATE)
)
"""`late_condition` as raw SQL with the parameter `now`; null without a due date."""


def is_late(status: str, due_at: datetime | None, now: datetime) -> bool:
    """Return whether the status can be late and the due date is before `now`."""
    return status in CAN_BE_LATE and due_at is not None and due_at < now


def late_condition(now: datetime | Combinable) -> Q:
    """Return `is_late` as a condition on ServiceRequest.

    `now` is a datetime or an expression. Combine it with a condition on the status that has an
    index, such as `IS_OPEN`.
    """
    return _CLOCK_RUNS & Q(due_at__lt=now)


def days_late(due_at: datetime, now: datetime) -> int:
    """Return the days since the due day in the city's time zone; 0 on the due day itself."""
    return max(0, (timezone.localdate(now) - timezone.localdate(due_at)).days)


def format_days_late(due_at: datetime, now: datetime) -> str:
    """Return the calendar days since the due day in the city's time zone, as “15 days”.

    On the due day itself, or before, “less than a day”. For the middle of a sentence.
    """
    days = days_late(due_at, now)
    if days == 0:
        return _("less than a day")
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
