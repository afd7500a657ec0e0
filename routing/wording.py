"""What rules say, in people's words: “Sat and Sun, 22:00–06:00”."""

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from requests_app.models import Channel

PAST_CHANNEL = Channel.IMPORT


def days(weekdays) -> str:
    """`weekdays` are numbers, Monday is 0: “Mon–Fri”, “Sat and Sun”, “Mon, Wed and Fri”."""
    numbers = sorted(set(weekdays))
    names = [str(WEEKDAYS_ABBR[number]) for number in numbers]
    is_run = len(numbers) > 2 and numbers == list(range(numbers[0], numbers[-1] + 1))
    if is_run:
        return f"{names[0]}–{names[-1]}"
    return get_text_list(names, _("and"))


def hours(beginning, end) -> str:
    """“22:00–06:00”, of two times of the day; empty without them."""
    return "" if beginning is None else f"{beginning:%H:%M}–{end:%H:%M}"


def when(rule) -> str:
    """The weekdays and the hours of a rule: “Sat and Sun, 22:00–06:00”; empty for always."""
    said = [days(rule.weekdays), hours(rule.from_time, rule.to_time)]
    return ", ".join(filter(None, said))


def conditions(rule) -> list[str]:
    """What a rule asks, one text for each condition; empty for a rule about everything."""
    said = [rule.category, rule.group, rule.zone, rule.get_priority_display()]
    said += [rule.get_channel_display(), rule.said_answer, when(rule)]
    return [str(each) for each in said if each]


def asks(rule) -> str:
    """The same in one line: “Pothole · Downtown · Sat and Sun”, or “everything”."""
    return " · ".join(conditions(rule)) or _("everything")


def does(rule) -> str:
    """“proposes Water Resources”, “routes to Water Resources at once”."""
    said = (
        _("routes to %(department)s automatically")
        if rule.mode == rule.Mode.ROUTE
        else _("suggests %(department)s")
    )
    return said % {"department": rule.department}
