"""Now, and times as people say them: "today 2:05 pm", "hoy, 2:05 p. m."."""

from contextlib import AbstractContextManager
from contextvars import ContextVar
from datetime import date, datetime, time
from functools import lru_cache

from django.utils import formats, timezone
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from lib.context_variables import assigned

# Beside a time; Spanish has the whole word, for "el mar" is the sea.
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


_set_to = ContextVar("clock set to", default=None)


def now() -> datetime:
    """The time, aware and in UTC."""
    return _set_to.get() or timezone.now()


def at(moment) -> AbstractContextManager:
    """Let it be `moment` (aware) inside: for the demo's past and for tests."""
    return assigned(_set_to, moment)


def today() -> date:
    """In the city's time zone."""
    return timezone.localdate(now())


def local(moment) -> datetime:
    """The same moment in the city's time zone."""
    return timezone.localtime(moment)


def midnight(day) -> datetime:
    """The beginning of a day of the city."""
    return timezone.make_aware(datetime.combine(day, time.min))


def time_of_day(moment) -> str:
    """Return the city's time: `2:05 pm` in English, `2:05 p. m.` in Spanish, else `14:05`."""
    local = timezone.localtime(moment)
    halves = _HALVES_OF_DAY.get(get_language().split("-")[0])
    if halves is None:
        return f"{local.hour}:{local.minute:02}"
    return f"{local.hour % 12 or 12}:{local.minute:02} {halves[local.hour >= 12]}"


def said(moment) -> str:
    """A moment as a person says it: today 2:05 pm · yesterday 9:10 am · Mon 10:28 am · Nov 3."""
    local = timezone.localtime(moment)
    days = (today() - local.date()).days
    clock = time_of_day(moment)
    if days == 0:
        return gettext("today %(time)s") % {"time": clock}
    if days == 1:
        return gettext("yesterday %(time)s") % {"time": clock}
    if 1 < days < 7:
        return gettext("%(day)s %(time)s") % {"day": _WEEKDAYS[local.weekday()], "time": clock}
    return said_day(local.date())


def said_day(day) -> str:
    """A day as a person says it: today · tomorrow · Thu, Dec 10 · Dec 10, 2025."""
    ahead = (day - today()).days
    if ahead == 0:
        return gettext("today")
    if ahead == 1:
        return gettext("tomorrow")
    return named_day(day)


def named_day(day, seen_from=None) -> str:
    """A day in words that hold whenever they are read: Thu, Dec 10 · Dec 10, 2025.

    The year is told where the day is far from the day `seen_from`: today, if none is given.
    """
    ahead = (day - (seen_from or today())).days
    return _named_day(day, abs(ahead) < 300, get_language())


@lru_cache(4_096)
def _named_day(day, is_near, _language) -> str:
    return formats.date_format(day, gettext("D, M j") if is_near else gettext("M j, Y"))


def span(duration) -> str:
    """How long: 42 min · 3 h 10 min · 2 days 4 h."""
    return _span(max(0, int(duration.total_seconds() // 60)), get_language())


@lru_cache(4_096)
def _span(minutes, _language) -> str:
    days, minutes = divmod(minutes, 24 * 60)
    hours, minutes = divmod(minutes, 60)
    if days:
        text = gettext("1 day") if days == 1 else gettext("%(n)s days") % {"n": days}
        return f"{text} {_hours(hours)}" if hours and days < 7 else text
    if hours:
        return f"{_hours(hours)} {_minutes(minutes)}" if minutes else _hours(hours)
    return _minutes(minutes)


def _hours(n) -> str:
    return gettext("%(n)s hr") % {"n": n}


def _minutes(n) -> str:
    return gettext("%(n)s min") % {"n": n}
