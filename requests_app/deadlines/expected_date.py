"""How the date a resident was promised moved, and why: read from the log."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from city.models import HoldReason
from city.names import find_entry_name
from requests_app.models import Priority
from requests_app.status import Status, Verb


@dataclass(frozen=True)
class DateChange:
    """The expected day was `was` and became `now` with the event `event_id`."""

    event_id: int
    was: date
    now: date
    why: str


def moves(events) -> list[DateChange]:
    """Every time another day was promised, oldest first.

    `events` are as `timeline.events_of` gives them. Those that know no date (none was
    promised, or an older version wrote them) move nothing.
    """
    found, promised, held_for = [], None, ""
    for event in events:
        held_for = event.code if event.verb == Verb.HOLD else held_for
        if event.due_at is None:
            continue
        day = timezone.localdate(event.due_at)
        if promised is not None and day != promised:
            found.append(DateChange(event.pk, promised, day, _why(event, held_for)))
        promised = day
    return found


def _why(event, held_for) -> str:
    if event.verb in {Verb.RECATEGORISE, Verb.CORRECT}:
        return _("it turned out to be a different kind of work")
    if event.verb == Verb.PRIORITISE:
        is_urgent = event.code == Priority.URGENT
        return _("it became urgent") if is_urgent else _("it's no longer urgent")
    if event.verb == Verb.FLAG_DANGER:
        return _("it became urgent")
    if event.verb == Verb.CLEAR_DANGER:
        return _("it's no longer urgent")
    if event.verb == Verb.MOVE_DATE:
        return _("the city's holidays or working days changed")
    if event.verb == Verb.DISPUTE:
        return _("it wasn't fixed, so the time starts over")
    if event.verb == Verb.REOPEN:
        return _("it was reopened, so the time starts over")
    if event.status_before == Status.AWAITING_RESIDENT:
        return _("we were waiting for an answer")
    if event.status_before == Status.ON_HOLD:
        return _("work was on hold: %(reason)s") % {"reason": find_entry_name(HoldReason, held_for)}
    return ""
