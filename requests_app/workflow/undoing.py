"""The undo of a staff member's own verb, shortly after it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.models import User
from lib import clock
from requests_app.errors import IllegalTransition, NotAllowed
from requests_app.models import Event, ServiceRequest, UndoPoint
from requests_app.models.locks import bump_version, lock_row
from requests_app.status import Verb
from requests_app.workflow.change import (
    COLUMNS_RESTORED_BY_UNDO,
    Change,
    get_column,
    register_verb,
    reset_danger_columns,
)
from requests_app.workflow.desk import set_original
from requests_app.workflow.verb_queries import exclude_quiet
from requests_app.workflow.verbs import VERBS

# Subscribers are notified of an undoable verb this long after its undo period.
_MARGIN = timedelta(seconds=5)


def notification_time(event: Event) -> datetime:
    """Return when others may be notified: _MARGIN after the event can no longer be undone.

    An event caused by another one waits for that one. For an event that cannot be undone, its own
    time.
    """
    cause = event.caused_by or event  # an undo of the cause undoes this event, too
    if is_undoable(cause):
        return cause.at + timedelta(seconds=settings.SECONDS_TO_UNDO) + _MARGIN
    return event.at


def is_undone(event: Event) -> bool:
    """Return whether the event, or the event that caused it, was undone."""
    return any(hasattr(each, "undone_by") for each in (event, event.caused_by) if each)


def is_undoable(event: Event) -> bool:
    """Return whether the verb can be undone by its actor; of comments, only a public reply can."""
    if event.verb == Verb.COMMENT:
        return event.comment is not None and event.words.public_from is not None
    if event.actor is None:
        return False
    return VERBS[Verb(event.verb)].undo_permission(event.actor, event.service_request)


def seconds_to_undo(event: Event) -> int:
    """Return how long the actor can still undo the event if no other follows; 0 if not at all."""
    left = undo_period_seconds_left(event.at)
    return left if left and is_undoable(event) else 0


def undo_period_seconds_left(at: datetime) -> int:
    """Return the seconds left of SECONDS_TO_UNDO for what happened at `at`, undoable or not."""
    age = (clock.now() - at).total_seconds()
    return max(0, round(settings.SECONDS_TO_UNDO - age))


@register_verb(Verb.UNDO)
def undo(service_request: ServiceRequest, *, event: Event, by: User) -> Event:
    """Undo the last verb of `by`, with the events that rules appended because of it.

    Raise NotAllowed if the event is another person's, and IllegalTransition if SECONDS_TO_UNDO have
    passed, it was undone before, or another event followed. A reply can be undone whatever
    followed.
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
    """Set the columns of the undo point on the row. Does not save."""
    for column in COLUMNS_RESTORED_BY_UNDO:
        if column not in point.columns:
            continue  # a column added after the verb was carried out
        field = get_column(column.removesuffix("_id"))
        setattr(row, column, field.to_python(point.columns[column]))


def _lock_affected_requests(row: ServiceRequest, event: Event) -> list[int]:
    """Lock all requests that the verb changed, in the order of their ids, and return the ids."""
    moved = event.undo_point.moved_duplicates if hasattr(event, "undo_point") else []
    ids = [pk for pk in (row.pk, event.other_request_id, *moved) if pk is not None]
    locked = ServiceRequest.objects.select_for_update().filter(pk__in=ids).order_by("pk")
    touched = list(locked.values_list("pk", flat=True))
    lock_row(row)
    if event.other_request:
        lock_row(event.other_request)
    return touched


def _check_in_time(event: Event) -> None:
    """Raise IllegalTransition if the event cannot be undone, or no longer, or was undone before."""
    seconds = timedelta(seconds=settings.SECONDS_TO_UNDO)
    if not is_undoable(event) or clock.now() - event.at > seconds:
        raise IllegalTransition(_("It's too late to undo this."))
    if Event.objects.filter(undoes=event).exists():
        raise IllegalTransition(_("This was undone already."))


def _check_no_later_event(touched: list[int], event: Event) -> None:
    """Raise IllegalTransition if an event that is not quiet followed on one of the requests.

    Events that the event itself caused do not count.
    """
    later = exclude_quiet(Event.objects).filter(service_request__in=touched, pk__gt=event.pk)
    if later.exclude(caused_by=event).exists():
        raise IllegalTransition(_("Something changed after that, so it can't be undone."))


def _restore_related_rows(event: Event, point: UndoPoint, by: User) -> None:
    """Restore what the verb changed outside the request's own row.

    That is whether a photo or comment is hidden, settled content reports, moved duplicates, and the
    danger flag of the original, whose version rises.
    """
    subject = event.subject_photo or event.subject_comment
    if subject and event.verb in {Verb.HIDE, Verb.UNHIDE}:
        subject.is_hidden = event.verb == Verb.UNHIDE
        subject.save(update_fields=["is_hidden"])
    event.settled.update(settled_by=None)
    if event.other_request:
        for row in ServiceRequest.objects.select_for_update().filter(pk__in=point.moved_duplicates):
            set_original(row, event.service_request)
        _undo_danger_of_original(event, event.other_request, by)
        bump_version(event.other_request)


def _undo_danger_of_original(event: Event, original: ServiceRequest, by: User) -> None:
    """Remove the danger flag that the original took over from its duplicate."""
    flags = event.consequences.filter(service_request=original, verb=Verb.FLAG_DANGER)
    flagged = flags.first()
    if flagged is None:
        return
    change = Change(Verb.UNDO, original, by)
    change.row.priority = change.row.priority_before_danger or change.row.priority
    reset_danger_columns(change.row)
    change.finish(undoes=flagged)
