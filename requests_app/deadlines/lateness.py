"""How late a request is, the same on every page, in every list and in every file."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def days_late(due_at, now) -> int:
    """Days of the city's calendar since the day on which it was due; 0 on that day itself."""
    return max(0, (timezone.localdate(now) - timezone.localdate(due_at)).days)


def said_days_late(due_at, now) -> str:
    """“15 days”, in the middle of a sentence."""
    days = days_late(due_at, now)
    if days == 0:
        return _("less than a day")
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
