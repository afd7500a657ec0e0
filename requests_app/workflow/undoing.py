"""An agent or a crew takes back what they just did, or an agent a reply that nobody read yet."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.models import User
from lib import clock
from requests_app.errors import IllegalTransition, NotAllowed
from requests_app.models import Event, ServiceRequest, UndoPoint
from requests_app.models.locks import lock, touch
from requests_app.status import Verb
from requests_app.workflow.act import (
    COLUMNS_RESTORED_BY_UNDO,
    Change,
    register_verb,
    reset_danger_columns,
)
from requests_app.workflow.desk import set_original
from requests_app.workflow.verbs import VERBS, exclude_quiet

# A verb that can be undone is told only when the half minute is over, with some time to spare.
_MARGIN = timedelta(seconds=5)


def notification_time(event) -> datetime:
    """From when on it is told to others: once it cannot be taken back any more."""
    cause = event.caused_by or event  # what a rule did goes with the verb that caused it
    if is_undoable(cause):
        return cause.at + timedelta(seconds=settings.SECONDS_TO_UNDO) + _MARGIN
    return event.at


def is_undone(event) -> bool:
    """Itself, or what caused it."""
    return any(hasattr(each, "undone_by") for each in (event, event.caused_by) if each)


def is_undoable(event) -> bool:
    """Whether who did it may take it back for half a minute; of comments, a public reply."""
    if event.verb == Verb.COMMENT:
        return event.comment is not None and event.words.public_from is not None
    if event.actor is None:
        return False
    return VERBS[event.verb].undo_permission(event.actor, event.service_request)


def seconds_to_undo(event) -> int:
    """How long who did it can still take it back, if nothing follows; 0 where they can't."""
    left = undo_period_seconds_left(event)
    return left if left and is_undoable(event) else 0


def undo_period_seconds_left(event) -> int:
    """Of the time to undo it, whether or not it is one that can be undone."""
    age = (clock.now() - event.at).total_seconds()
    return max(0, round(settings.SECONDS_TO_UNDO - age))


@register_verb(Verb.UNDO)
def undo(service_request: ServiceRequest, *, event: Event, by: User) -> Event:
    """Take back this person's own last verb, with what rules did because of it.

    Raises IllegalTransition when something else happened since, or 30 s went by. A reply changed
    nothing that later events could rest on: it goes whatever happened since.
    """
    row = service_request
    touched = _lock_affected_requests(row, event)
    is_theirs = event.actor == by and event.service_request_id == row.pk
    if not is_theirs or not VERBS[Verb.UNDO].permission(by, row):
        raise NotAllowed
    _check_in_time(event)
    change = Change(Verb.UNDO, row, by)
    if event.verb == Verb.COMMENT:
        gone = event.words.public_from
        row.replies_public_from = [one for one in row.replies_public_from if one != gone]
        return change.finish(undoes=event)
    _check_no_later_event(touched, event)
    _restore_columns(row, event.undo_point)
    _restore_related_rows(event, event.undo_point, by)
    return change.finish(undoes=event)


def _restore_columns(row: ServiceRequest, point: UndoPoint) -> None:
    for column in COLUMNS_RESTORED_BY_UNDO:
        if column not in point.columns:
            continue  # it is younger than the act
        field = ServiceRequest._meta.get_field(column.removesuffix("_id"))
        setattr(row, column, field.to_python(point.columns[column]))


def _lock_affected_requests(row, event) -> list[int]:
    """The ids of all requests the verb touched, their rows locked in id order."""
    moved = event.undo_point.moved_duplicates if hasattr(event, "undo_point") else []
    ids = {row.pk, event.other_request_id, *moved} - {None}
    locked = ServiceRequest.objects.select_for_update().filter(pk__in=ids).order_by("pk")
    touched = list(locked.values_list("pk", flat=True))
    lock(row)
    if event.other_request:
        lock(event.other_request)
    return touched


def _check_in_time(event) -> None:
    seconds = timedelta(seconds=settings.SECONDS_TO_UNDO)
    if not is_undoable(event) or clock.now() - event.at > seconds:
        raise IllegalTransition(_("It's too late to undo this."))
    if Event.objects.filter(undoes=event).exists():
        raise IllegalTransition(_("This was undone already."))


def _check_no_later_event(touched, event) -> None:
    later = exclude_quiet(Event.objects).filter(service_request__in=touched, pk__gt=event.pk)
    if later.exclude(caused_by=event).exists():
        raise IllegalTransition(_("Something changed after that, so it can't be undone."))


def _restore_related_rows(event, point, by) -> None:
    """What the verb changed outside the row itself."""
    subject = event.subject_photo or event.subject_comment
    if subject and event.verb in {Verb.HIDE, Verb.UNHIDE}:
        subject.is_hidden = event.verb == Verb.UNHIDE
        subject.save(update_fields=["is_hidden"])
    event.settled.update(settled_by=None)
    if event.other_request_id:
        for row in ServiceRequest.objects.select_for_update().filter(pk__in=point.moved_duplicates):
            set_original(row, event.service_request)
        _undo_danger_of_original(event, by)
        touch(event.other_request)


def _undo_danger_of_original(event, by) -> None:
    """The words of danger that a duplicate handed on to its original stay with the duplicate."""
    flagged = event.consequences.filter(
        service_request=event.other_request, verb=Verb.FLAG_DANGER
    ).first()
    if flagged is None:
        return
    change = Change(Verb.UNDO, event.other_request, by)
    change.row.priority = change.row.priority_before_danger or change.row.priority
    reset_danger_columns(change.row)
    change.finish(undoes=flagged)
