"""Rules as text: “Sat and Sun, 22:00–06:00”."""

from collections.abc import Iterable
from datetime import time

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from routing.models.conditions import Conditions


def format_weekdays(weekdays: Iterable[int]) -> str:
    """Return weekday numbers (Monday is 0) as text; "" for none.

    One run of three or more days is “Mon–Fri”, anything else a list: “Mon, Wed and Fri”.
    """
    numbers = sorted(set(weekdays))
    names = [str(WEEKDAYS_ABBR[number]) for number in numbers]
    is_run = len(numbers) > 2 and numbers == list(range(numbers[0], numbers[-1] + 1))
    if is_run:
        return f"{names[0]}–{names[-1]}"
    return get_text_list(names, _("and"))


def format_hours(beginning: time | None, end: time | None) -> str:
    """Return “22:00–06:00”; empty for None."""
    return "" if beginning is None else f"{beginning:%H:%M}–{end:%H:%M}"


def format_schedule(rule: Conditions) -> str:
    """Return the weekdays and hours of a rule: “Sat and Sun, 22:00–06:00”; empty for always."""
    said = [format_weekdays(rule.weekdays), format_hours(rule.from_time, rule.to_time)]
    return ", ".join(filter(None, said))


def list_conditions(rule: Conditions) -> list[str]:
    """Return one text for each condition of a rule; empty for a rule about everything.

    Weekdays and hours are one text together.
    """
    said = [rule.category, rule.group, rule.zone, rule.get_priority_display()]
    said += [rule.get_channel_display(), rule.answer_label, format_schedule(rule)]
    return [str(each) for each in said if each]


def format_conditions(rule: Conditions) -> str:
    """Return the conditions in one line: “Pothole · Downtown · Sat and Sun”, or “everything”."""
    return " · ".join(list_conditions(rule)) or _("everything")


def format_effect(rule: Conditions) -> str:
    """Return what a rule does: “suggests Parks” or “routes to Parks automatically”."""
    said = (
        _("routes to %(department)s automatically")
        if rule.mode == rule.Mode.ROUTE
        else _("suggests %(department)s")
    )
    return said % {"department": rule.department}
