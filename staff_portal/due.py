"""Texts for a crew about when a job is due."""

from datetime import datetime
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lib import clock
from requests_app.lateness import days_late
from requests_app.models import ServiceRequest
from requests_app.status import Status


class DueNotice(NamedTuple):
    """A text about the due date; `is_urgent` is True if the job is late or due today."""

    words: str
    is_urgent: bool = False


def due_notice(row: ServiceRequest) -> DueNotice | None:
    """Return the notice about the due date of a request, or None if nothing is due.

    It is "Clock paused", "Late by …" or "Due …". Nothing is due of a finished or closed
    request, or without a date.
    """
    now = clock.now()
    if row.is_paused:
        return DueNotice(_("Clock paused"))
    if not row.is_open or row.due_at is None:
        return None
    if row.is_late(now):
        return DueNotice(_format_lateness(row.due_at, now), is_urgent=True)
    day = clock.localtime(row.due_at).date()
    words = _("Due %(day)s") % {"day": clock.format_relative_date(day)}
    return DueNotice(words, is_urgent=day == clock.today())


def _format_lateness(due_at: datetime, now: datetime) -> str:
    """Return "Late by 2 days" (calendar days), or on the due day "Late since" and the time."""
    days = days_late(due_at, now)
    if days == 0:
        return _("Late since %(time)s") % {"time": clock.format_time(due_at)}
    return ngettext("Late by %(n)s day", "Late by %(n)s days", days) % {"n": days}


def format_planned_day(row: ServiceRequest) -> str:
    """Return "Planned for <day>" if the request is scheduled, else ""."""
    if row.status != Status.SCHEDULED:
        return ""
    return _("Planned for %(day)s") % {"day": clock.format_relative_date(row.scheduled_for)}
