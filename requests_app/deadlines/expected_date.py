"""The changes of a request's expected date, read from the log of events."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from city.models import HoldReason
from city.names import find_entry_name
from requests_app.models import Event, Priority
from requests_app.status import Status, Verb


@dataclass(frozen=True)
class DateChange:
    """A move of the expected day by the event `event_id`. `reason` is for residents, or ""."""

    event_id: int
    old_date: date
    new_date: date
    reason: str


def find_date_changes(events: Iterable[Event]) -> list[DateChange]:
    """Return each change of the expected day, oldest first.

    `events` are oldest first. Events without a due date are skipped.
    """
    found: list[DateChange] = []
    promised: date | None = None
    held_for = ""
    for event in events:
        held_for = event.code if event.verb == Verb.HOLD else held_for
        if event.due_at is None:
            continue
        day = timezone.localdate(event.due_at)
        if promised is not None and day != promised:
            found.append(DateChange(event.pk, promised, day, _explain_change(event, held_for)))
        promised = day
    return found


def _explain_change(event: Event, held_for: str) -> str:
    """Return the translated reason of a new date, for residents; "" if the verb has none.

    `held_for` is the code of the last hold.
    """
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
