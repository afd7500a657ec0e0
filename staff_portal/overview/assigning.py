"""Several jobs to one person at once: each by itself, and each refusal told."""

from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from lib.http import parse_number
from requests_app import workflow
from requests_app.actions.perform import list_unseen_events
from requests_app.errors import DomainError
from requests_app.models import Event, ServiceRequest
from requests_app.permissions import Audience
from requests_app.reference import REFERENCE_PATTERN
from requests_app.status import Verb
from requests_app.timeline import TimelineLine
from staff_portal.overview.jobs import NOBODY

MOST = 100
GONE = gettext_lazy("It's no longer in your department.")


class Refused(NamedTuple):
    """A job that was not given: why, and what had happened to it meanwhile."""

    reference: str
    message: str
    happened: Sequence[TimelineLine] = ()


class Given(NamedTuple):
    """What came of it. `to` None: the jobs are nobody's now. `events` are those of what changed."""

    to: User | None
    done: list[ServiceRequest]
    refused: list[Refused]
    events: list[Event]


class Undone(NamedTuple):
    """What came of undoing."""

    done: list[ServiceRequest]
    refused: list[Refused]


class Undoable(NamedTuple):
    """What a person assigned last and can still undo, and for how many seconds."""

    events: list[Event]
    seconds: int


class Nonsense(DomainError):
    """The form says nothing that could be done."""


def read_picks(values) -> dict[str, int]:
    """The chosen jobs of a form, each by its reference with the last event that was seen, which
    the form says as `SM-7K3Q-X9F2:311`. Raises Nonsense.
    """
    picks = {}
    for value in values:
        name, __, event = value.partition(":")
        seen = parse_number(event)
        if seen is None or not REFERENCE_PATTERN.fullmatch(name):
            raise Nonsense(_("The form didn't load completely. Check it and send it again."))
        picks[name] = seen
    if not picks:
        raise Nonsense(_("Choose at least one job."))
    if len(picks) > MOST:
        raise Nonsense(_("Assign up to %(n)s jobs at a time.") % {"n": MOST})
    return picks


def read_person(value) -> User | None:
    """Whose the jobs shall be; None for nobody's. Raises Nonsense."""
    if value == NOBODY:
        return None
    person = User.objects.filter(pk=parse_number(value), is_active=True).first()
    if person is None:
        raise Nonsense(_("Choose who should do it."))
    return person


def give(picks, *, to, by, rows) -> Given:
    """Assign each of the picks among the requests `rows`; a refusal stops none of the rest."""
    found = {row.reference: row for row in rows.filter(reference__in=picks)}
    given = Given(to, [], [], [])
    for reference, seen in picks.items():
        row = found.get(reference)
        if row is None:
            given.refused.append(Refused(reference, GONE))
            continue
        try:
            if row.assignee_id != (to.pk if to else None):
                given.events.append(workflow.assign(row, to=to, by=by, seen=seen))
        except DomainError as refused:
            given.refused.append(_refused(row, refused))
        else:
            given.done.append(row)
    return given


def find_undoable(user, ids: Sequence[int]) -> Undoable | None:
    """Return those of the events with these ids that `user` can still undo; None where there are
    none. One query, or none.
    """
    found = _own(user, ids).filter(undone_by=None) if ids else []
    left = {event: workflow.seconds_to_undo(event) for event in found}
    events = [event for event, seconds in left.items() if seconds]
    return Undoable(events, min(left[event] for event in events)) if events else None


def undo(user, ids: Sequence[int]) -> Undone:
    """Undo each of these events, by id, that assigned a job; a refusal stops none of the rest."""
    undone = Undone([], [])
    for event in _own(user, ids):
        row = event.service_request
        try:
            workflow.undo(row, event=event, by=user)
        except DomainError as refused:
            undone.refused.append(_refused(row, refused))
        else:
            undone.done.append(row)
    return undone


def _own(user, ids: Sequence[int]) -> QuerySet:
    events = Event.objects.filter(pk__in=ids, actor=user, verb=Verb.ASSIGN).order_by("pk")
    return events.select_related("actor", "service_request")


def _refused(row, error: DomainError) -> Refused:
    lines = list_unseen_events(error, Audience.STAFF)
    return Refused(row.reference, str(error.message), lines)
