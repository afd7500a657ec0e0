"""Whether a request is late, and by how much: the same on every page, in every list and file.

A request is late while it is open, its clock runs and its due date has passed. A request that is
new, or that a person must look at first, has a clock that runs.
"""

from datetime import datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from requests_app.status import OPEN_STATUSES, PAUSED_STATUSES, Status

CAN_BE_LATE = OPEN_STATUSES - PAUSED_STATUSES
_NEVER_LATE = sorted(set(Status) - CAN_BE_LATE)
# What is late, by what it is not: it stands beside a condition on the status that an index has. Of
# two lists of what it is the planner multiplies the chances, and takes twenty thousand rows for
# two hundred.
_CLOCK_RUNS = ~Q(status__in=_NEVER_LATE)

LATE_SQL = "due_at < %(now)s AND status NOT IN ({})".format(
    ", ".join(f"'{status}'" for status in _NEVER_LATE)
)
"""`late_at` for a statement of our own, which gives `now`; null where no date was promised."""


def is_late(status: str, due_at: datetime | None, now: datetime) -> bool:
    """Return whether a request in this status, due at that moment, is late at `now`."""
    return status in CAN_BE_LATE and due_at is not None and due_at < now


def late_condition(now) -> Q:
    """Return the condition on a ServiceRequest of being late at `now`: `is_late` as SQL.

    `now` may be a moment or an expression. Put a condition on the status beside it that an index
    has, such as `IS_OPEN`.
    """
    return _CLOCK_RUNS & Q(due_at__lt=now)


def days_late(due_at: datetime, now: datetime) -> int:
    """Return the days of the city's calendar since the due day; 0 on that day itself."""
    return max(0, (timezone.localdate(now) - timezone.localdate(due_at)).days)


def format_days_late(due_at: datetime, now: datetime) -> str:
    """Return “15 days”, for the middle of a sentence."""
    days = days_late(due_at, now)
    if days == 0:
        return _("less than a day")
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
