"""The verbs of the department that holds a request."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from city.models import HandBackReason, HoldReason
from requests_app.errors import InvalidInput, require
from requests_app.models import Event, ServiceRequest
from requests_app.status import Status, Verb
from requests_app.workflow.change import Actor, begin_change, clear_assignment, register_verb

__all__ = [
    "ask",
    "assign",
    "can_reach_reporter",
    "cancel_question",
    "hand_back",
    "hold",
    "is_later_than_promised",
    "schedule",
    "start",
]


@register_verb(Verb.HAND_BACK)
def hand_back(
    service_request: ServiceRequest,
    *,
    by: Actor,
    seen: int | None = None,
    reason: HandBackReason,
    words: str = "",
) -> Event:
    """Return the request to the desk, for a HandBackReason, without assignee and planned day.

    A disputed request stays disputed.
    """
    change = begin_change(Verb.HAND_BACK, service_request, by=by, seen=seen)
    row = change.row
    clear_assignment(row)
    row.status = Status.DISPUTED if row.status == Status.DISPUTED else Status.FILED
    return change.finish(code=reason.code, words=words)


@register_verb(Verb.ASSIGN)
def assign(
    service_request: ServiceRequest,
    *,
    by: Actor,
    seen: int | None = None,
    to: User | None,
) -> Event:
    """Assign the request to `to`, a member of its department, or to nobody (None).

    Raise InvalidInput if `to` is not a member.
    """
    change = begin_change(Verb.ASSIGN, service_request, by=by, seen=seen)
    if to is not None and not to.works_for(change.row.department_id):
        raise InvalidInput("assignee", _("Only members of this department can take it."))
    change.row.assignee = to
    return change.finish()


@register_verb(Verb.SCHEDULE)
def schedule(
    service_request: ServiceRequest,
    *,
    by: Actor,
    seen: int | None = None,
    day: date,
    words: str = "",
) -> Event:
    """Plan the work for `day`, today or later; `words` are for the resident.

    Return the event. Raise InvalidInput if the day is past, or is later than promised and there
    are no `words`.
    """
    change = begin_change(Verb.SCHEDULE, service_request, by=by, seen=seen)
    row = change.row
    require(day >= timezone.localdate(change.now), "day", _("Choose today or a later day."))
    is_explained = words or not is_later_than_promised(row, day, change.now)
    require(is_explained, "words", _("This is after the expected date. Tell the resident why."))
    row.scheduled_for = day
    return change.finish(day=day, words=words)


def is_later_than_promised(service_request: ServiceRequest, day: date, now: datetime) -> bool:
    """Return whether `day` is after the due date, which has not passed at `now`."""
    promised = service_request.due_at
    return promised is not None and now <= promised and day > timezone.localdate(promised)


@register_verb(Verb.START)
def start(
    service_request: ServiceRequest,
    *,
    by: Actor,
    seen: int | None = None,
    words: str = "",
) -> Event:
    """Set the request in progress; `words` are for the resident.

    If nobody is assigned and `by` is a User, `by` is assigned.
    """
    change = begin_change(Verb.START, service_request, by=by, seen=seen)
    row = change.row
    if row.assignee_id is None and isinstance(change.actor, User):
        row.assignee = change.actor
    return change.finish(words=words)


@register_verb(Verb.HOLD)
def hold(
    service_request: ServiceRequest,
    *,
    by: Actor,
    seen: int | None = None,
    reason: HoldReason,
    words: str = "",
) -> Event:
    """Pause the request and its due date, for a HoldReason; the planned day is removed."""
    change = begin_change(Verb.HOLD, service_request, by=by, seen=seen)
    change.row.hold_reason = reason
    change.row.scheduled_for = None
    return change.finish(code=reason.code, words=words)


@register_verb(Verb.ASK)
def ask(
    service_request: ServiceRequest,
    *,
    by: Actor,
    seen: int | None = None,
    question: str,
) -> Event:
    """Ask the reporter a question and pause the due date until the answer.

    Raise InvalidInput without a question, or if the reporter cannot be reached.
    """
    change = begin_change(Verb.ASK, service_request, by=by, seen=seen)
    row = change.row
    require(question, "question", _("Write the question."))
    words = _("You can't ask a question: the reporter left no way to reply.")
    require(can_reach_reporter(row), "question", words)
    row.status_before_question = row.status
    return change.finish(words=question)


def can_reach_reporter(service_request: ServiceRequest) -> bool:
    """Return whether the reporter has a device, a phone, or an address that can receive email."""
    contact = getattr(service_request, "contact", None)
    if contact and contact.can_be_reached:
        return True
    return service_request.reporter_sessions.exists()


@register_verb(Verb.CANCEL_QUESTION)
def cancel_question(
    service_request: ServiceRequest,
    *,
    by: Actor,
    seen: int | None = None,
) -> Event:
    """Withdraw the question, and restore the status from before it. Return the event."""
    change = begin_change(Verb.CANCEL_QUESTION, service_request, by=by, seen=seen)
    change.row.status = change.row.status_before_question
    return change.finish()
