"""The marks in the head of the panel: urgent, the flags, private, held, hidden."""

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from requests_app.models import Priority, ServiceRequest
from routing.desk.queue.flags import Flag, FlagCode

_SHOWN_ELSEWHERE = {FlagCode.DANGER, FlagCode.DISPUTED}


class Mark(NamedTuple):
    """A mark; `icon` is a name of the sprite, `explanation` a sentence, empty for none."""

    icon: str
    label: str | Promise
    is_bad: bool = False
    explanation: str | Promise = ""


def list_marks(row: ServiceRequest, flags: Sequence[Flag]) -> list[Mark]:
    """Return the marks of a request with these `flags`, the most urgent first; [] for none.

    A danger and a dispute have no mark: the panel shows them by themselves.
    """
    marks = []
    if row.priority == Priority.URGENT and not row.danger:
        marks.append(Mark("alert", _("Urgent"), is_bad=True))
    marks += [_mark_flag(flag, row) for flag in flags if flag.code not in _SHOWN_ELSEWHERE]
    if row.is_private:
        marks.append(Mark("eye", _("Private")))
    if row.held_for:
        marks.append(Mark("pause", _("Held for review")))
    elif row.is_hidden:
        marks.append(Mark("eye", _("Hidden from the public")))
    return marks


def _mark_flag(flag: Flag, row: ServiceRequest) -> Mark:
    """Return the mark of a flag of the request; REROUTED says how often it was routed."""
    is_rerouted = flag.code == FlagCode.REROUTED
    label = _("Routed %(n)s times") % {"n": row.times_routed} if is_rerouted else flag.label
    return Mark(flag.icon, label, flag.tone == "bad", flag.explanation)
