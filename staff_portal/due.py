"""When a job is due, in a crew's words."""

from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lib import clock
from requests_app.lateness import days_late
from requests_app.status import Status


class Due(NamedTuple):
    """`words`, and whether they are a warning: late, or due today."""

    words: str
    is_urgent: bool = False


def due(row) -> Due | None:
    """What the crew must know about the time; None where nothing was promised."""
    now = clock.now()
    if row.is_paused:
        return Due(_("Clock paused"))
    if not row.is_open or row.due_at is None:
        return None
    if row.is_late(now):
        return Due(_late(row.due_at, now), is_urgent=True)
    day = clock.localtime(row.due_at).date()
    words = _("Due %(day)s") % {"day": clock.format_relative_date(day)}
    return Due(words, is_urgent=day == clock.today())


def _late(due_at, now) -> str:
    days = days_late(due_at, now)
    if days == 0:
        return _("Late since %(time)s") % {"time": clock.format_time(due_at)}
    return ngettext("Late by %(n)s day", "Late by %(n)s days", days) % {"n": days}


def plan(row) -> str:
    """The planned day in words, or nothing."""
    if row.status != Status.SCHEDULED:
        return ""
    return _("Planned for %(day)s") % {"day": clock.format_relative_date(row.scheduled_for)}
