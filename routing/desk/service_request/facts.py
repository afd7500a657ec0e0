"""What is known about a request, as the names and values of a small table."""

from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from lib import clock
from requests_app.models import former_number
from routing import lists


class Fact(NamedTuple):
    name: str
    value: str
    is_warning: bool = False


def facts_of(row, answers, following) -> list[Fact]:
    """In the order of reading, without what is not known. `answers` hold their question."""
    facts = [
        Fact(_("Location"), row.location_phrase or _where_else(row)),
        Fact(_("How to find it"), row.location_note),
        Fact(_("Area"), row.zone.name if row.zone else ""),
        *(Fact(one.question.staff_label, one.said, _is_urgent(one)) for one in answers),
        Fact(_("Channel"), row.get_channel_display()),
        Fact(_("Language"), other_language(row)),
        Fact(_("Number in the previous system"), former_number(row)),
        Fact(
            _("Opened"),
            clock.format_absolute_date(timezone.localdate(row.filed_at)) if row.is_imported else "",
        ),
        Fact(_("Due"), _due(row), row.is_late()),
        Fact(_("Followed by"), following.formatted),
    ]
    return [fact for fact in facts if fact.value]


def other_language(row) -> str:
    """Return the name of the reporter's language; empty for English."""
    if row.language.startswith("en"):
        return ""
    try:
        return get_language_info(row.language)["name_translated"]
    except KeyError:
        return row.language


def _is_urgent(answer) -> bool:
    urgent = lists.urgent_choices()
    return any((answer.question_id, key) in urgent for key in answer.values)


def _where_else(row) -> str:
    """Nothing where the area or the pin says it; of an imported one only what is known."""
    is_known = row.zone or row.coordinates or row.is_imported
    return "" if is_known else _("Not known")


def _due(row) -> str:
    if row.due_at is None or not row.is_open:
        return ""
    day = clock.format_relative_date(timezone.localdate(row.due_at))
    return _("%(day)s, the clock is paused") % {"day": day} if row.is_paused else day
