"""The current time, and dates and times formatted for people: "today 2:05 pm"."""

from contextlib import AbstractContextManager
from contextvars import ContextVar
from datetime import date, datetime, time
from functools import lru_cache

from django.utils import formats, timezone
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from lib.context_variables import override_context_variable

# Weekdays beside a time. Spanish spells them out, because "el mar" means the sea.
_WEEKDAYS = [
    pgettext_lazy("with a time", "Mon"),
    pgettext_lazy("with a time", "Tue"),
    pgettext_lazy("with a time", "Wed"),
    pgettext_lazy("with a time", "Thu"),
    pgettext_lazy("with a time", "Fri"),
    pgettext_lazy("with a time", "Sat"),
    pgettext_lazy("with a time", "Sun"),
]
# Django looks these up for its dates; Spanish has them in small letters.
_WEEKDAYS_OF_DATES = [_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun")]
_HALVES_OF_DAY = {"en": ("am", "pm"), "es": ("a.\u00a0m.", "p.\u00a0m.")}


_frozen_time = ContextVar("clock set to", default=None)


def now() -> datetime:
    """Return the current time, aware and in UTC; inside freeze_time() its moment."""
    return _frozen_time.get() or timezone.now()


def freeze_time(moment) -> AbstractContextManager:
    """Return a context manager that sets the current time to `moment` (aware) in its block.

    It is for tests and for the past of the demo.
    """
    return override_context_variable(_frozen_time, moment)


def today() -> date:
    """Return today's date in the city's time zone."""
    return timezone.localdate(now())


def localtime(moment) -> datetime:
    """Return the aware datetime `moment` in the city's time zone."""
    return timezone.localtime(moment)


def start_of_day(day) -> datetime:
    """Return the aware datetime at which the date `day` begins in the city's time zone."""
    return timezone.make_aware(datetime.combine(day, time.min))


def format_time(moment) -> str:
    """Format the city's time: `2:05 pm` in English, `2:05 p. m.` in Spanish, else `14:05`."""
    local = timezone.localtime(moment)
    half = _find_half_of_day(local.hour)
    hour = local.hour % 12 or 12 if half else local.hour
    return f"{hour}:{local.minute:02} {half}".rstrip()


def format_hour(hour: int) -> str:
    """Format a full hour from 0 to 23: `7 am` in English, `7 a. m.` in Spanish, else `7:00`."""
    half = _find_half_of_day(hour)
    return f"{hour % 12 or 12} {half}" if half else f"{hour}:00"


def _find_half_of_day(hour: int) -> str:
    """Return the half of the day, as `am`, in the active language; "" with a 24-hour clock."""
    return _HALVES_OF_DAY.get(get_language().split("-")[0], ("", ""))[hour >= 12]


def format_relative_datetime(moment) -> str:
    """Format `moment` relative to today: today or yesterday 2:05 pm, Mon 10:28 am, Tue, Nov 3.

    The time is left out for moments a week or more ago, and for future days.
    """
    local = timezone.localtime(moment)
    days = (today() - local.date()).days
    clock = format_time(moment)
    if days == 0:
        return gettext("today %(time)s") % {"time": clock}
    if days == 1:
        return gettext("yesterday %(time)s") % {"time": clock}
    if 1 < days < 7:
        return gettext("%(day)s %(time)s") % {"day": _WEEKDAYS[local.weekday()], "time": clock}
    return format_relative_date(local.date())


def format_relative_date(day) -> str:
    """Format `day` as today or tomorrow; any other, also yesterday, as format_absolute_date().

    Examples are Thu, Dec 10 and Dec 10, 2025.
    """
    ahead = (day - today()).days
    if ahead == 0:
        return gettext("today")
    if ahead == 1:
        return gettext("tomorrow")
    return format_absolute_date(day)


def format_absolute_date(day, reference_day=None) -> str:
    """Format `day` in words that do not depend on today: Thu, Dec 10, or Dec 10, 2025.

    The year replaces the weekday if `day` is 300 days or more from `reference_day` (default:
    today).
    """
    ahead = (day - (reference_day or today())).days
    return _format_absolute_date(day, abs(ahead) < 300, get_language())


@lru_cache(4_096)
def _format_absolute_date(day, is_near, _language) -> str:
    """Format a date as Thu, Dec 10 if it is near, else as Dec 10, 2025.

    The language is part of the cache's key only.
    """
    return formats.date_format(day, gettext("D, M j") if is_near else gettext("M j, Y"))


def format_duration(duration) -> str:
    """Format a timedelta: 42 min, 3 hr 10 min, 2 days 4 hr. A negative one is 0 min.

    Minutes are left out from 1 day on, hours from 7 days on, and seconds always.
    """
    return _format_duration(max(0, int(duration.total_seconds() // 60)), get_language())


@lru_cache(4_096)
def _format_duration(minutes, _language) -> str:
    """Format whole minutes, as 2 days 4 hr; the active language is part of the cache's key."""
    days, minutes = divmod(minutes, 24 * 60)
    hours, minutes = divmod(minutes, 60)
    if days:
        text = gettext("1 day") if days == 1 else gettext("%(n)s days") % {"n": days}
        return f"{text} {_format_hours(hours)}" if hours and days < 7 else text
    if hours:
        return (
            f"{_format_hours(hours)} {_format_minutes(minutes)}"
            if minutes
            else _format_hours(hours)
        )
    return _format_minutes(minutes)


def _format_hours(n) -> str:
    """Format hours: 3 hr."""
    return gettext("%(n)s hr") % {"n": n}


def _format_minutes(n) -> str:
    """Format minutes: 5 min."""
    return gettext("%(n)s min") % {"n": n}
