"""Assignment of several jobs to one person, and its undo. Each job is assigned by itself."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from lib.http import parse_number
from requests_app import workflow
from requests_app.actions.handler import list_unseen_events
from requests_app.errors import DomainError
from requests_app.models import Event, ServiceRequest
from requests_app.permissions import Audience
from requests_app.reference import REFERENCE_PATTERN
from requests_app.status import Verb
from requests_app.timeline import TimelineLine
from staff_portal.overview.job_lists import NOBODY

MAX_JOBS_PER_ASSIGNMENT = 100
JOB_GONE_MESSAGE = gettext_lazy("It's no longer in your department.")


class RefusedJob(NamedTuple):
    """A job that was not assigned, with the reason and what others did to it meanwhile."""

    reference: str
    message: str | Promise
    happened: Sequence[TimelineLine] = ()


class AssignmentResult(NamedTuple):
    """The result of an assignment; `assignee` is None if the jobs were unassigned.

    `events` are those of the jobs whose assignee changed.
    """

    assignee: User | None
    changed: list[ServiceRequest]
    refused: list[RefusedJob]
    events: list[Event]


class UndoResult(NamedTuple):
    """The result of the undo of an assignment."""

    changed: list[ServiceRequest]
    refused: list[RefusedJob]


class UndoableAssignments(NamedTuple):
    """Events of the user's last assignment that can be undone, and for how many seconds."""

    events: list[Event]
    seconds: int


class InvalidAssignmentForm(DomainError):
    """A form that names no job or no assignee."""


def parse_picked_jobs(values: Iterable[str]) -> dict[str, int]:
    """Parse values such as "SM-7K3Q-X9F2:311" into a dict from reference to the last event seen.

    Raise InvalidAssignmentForm if one is malformed, or if there are none or more than
    MAX_JOBS_PER_ASSIGNMENT.
    """
    picks = {}
    for value in values:
        name, __, event = value.partition(":")
        seen = parse_number(event)
        if seen is None or not REFERENCE_PATTERN.fullmatch(name):
            raise InvalidAssignmentForm(
                _("The form didn't load completely. Check it and send it again.")
            )
        picks[name] = seen
    if not picks:
        raise InvalidAssignmentForm(_("Choose at least one job."))
    if len(picks) > MAX_JOBS_PER_ASSIGNMENT:
        raise InvalidAssignmentForm(
            _("Assign up to %(n)s jobs at a time.") % {"n": MAX_JOBS_PER_ASSIGNMENT}
        )
    return picks


def parse_assignee(value: str) -> User | None:
    """Return the chosen active user, or None for NOBODY.

    Raise InvalidAssignmentForm if there is none.
    """
    if value == NOBODY:
        return None
    pk = parse_number(value)
    person = User.objects.filter(pk=pk, is_active=True).first() if pk else None
    if person is None:
        raise InvalidAssignmentForm(_("Choose who should do it."))
    return person


def assign_jobs(
    picks: dict[str, int], *, assignee: User | None, by: User, rows: QuerySet[ServiceRequest]
) -> AssignmentResult:
    """Assign each picked job that is among the requests `rows`; return the result.

    A refused one does not stop the others, nor does one that is not among `rows`. A job that the
    assignee already has counts as changed, without an event.
    """
    found = {row.reference: row for row in rows.filter(reference__in=picks)}
    result = AssignmentResult(assignee, [], [], [])
    for reference, seen in picks.items():
        row = found.get(reference)
        if row is None:
            result.refused.append(RefusedJob(reference, JOB_GONE_MESSAGE))
            continue
        try:
            if row.assignee_id != (assignee.pk if assignee else None):
                result.events.append(workflow.assign(row, to=assignee, by=by, seen=seen))
        except DomainError as refused:
            result.refused.append(_build_refusal(row, refused))
        else:
            result.changed.append(row)
    return result


def find_undoable_assignments(user: User, ids: Sequence[int]) -> UndoableAssignments | None:
    """Return the events with these ids that `user` can still undo, or None; one query, or none."""
    found = _assignments_by(user, ids).filter(undone_by=None) if ids else []
    left = {event: workflow.seconds_to_undo(event) for event in found}
    events = [event for event, seconds in left.items() if seconds]
    return UndoableAssignments(events, min(left[event] for event in events)) if events else None


def undo_assignments(user: User, ids: Sequence[int]) -> UndoResult:
    """Undo the assignments of `user` with these event ids.

    Return the requests undone (`changed`) and the RefusedJobs (`refused`). A refused one does not
    stop the others.
    """
    undone = UndoResult([], [])
    for event in _assignments_by(user, ids):
        row = event.service_request
        try:
            workflow.undo(row, event=event, by=user)
        except DomainError as refused:
            undone.refused.append(_build_refusal(row, refused))
        else:
            undone.changed.append(row)
    return undone


def _assignments_by(user: User, ids: Sequence[int]) -> QuerySet[Event]:
    """Return the assignments by `user` among the events with these ids, oldest first."""
    events = Event.objects.filter(pk__in=ids, actor=user, verb=Verb.ASSIGN).order_by("pk")
    return events.select_related("actor", "service_request")


def _build_refusal(row: ServiceRequest, error: DomainError) -> RefusedJob:
    """Return a RefusedJob: the reference, the message of `error`, and unseen timeline lines.

    The lines are of the events that a StaleView names, and [] for another error.
    """
    lines = list_unseen_events(error, Audience.STAFF)
    return RefusedJob(row.reference, str(error.message), lines)
