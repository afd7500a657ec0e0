"""The verbs of reporters and followers, or of an agent on behalf of a caller."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from requests_app.errors import IllegalTransition, InvalidInput, require
from requests_app.mentions import check_mentions
from requests_app.models import ApiKey, Contact, Device, Draft, Event, Photo, ServiceRequest
from requests_app.models.event import FOLLOWER_CODE
from requests_app.permissions import (
    SYSTEM,
    System,
    any_permission,
    is_reporter,
    is_staff_of,
    is_system,
)
from requests_app.status import Outcome, Status, Verb
from requests_app.workflow.change import (
    Actor,
    Change,
    begin_change,
    clear_assignment,
    register_verb,
    set_closed,
)
from requests_app.workflow.danger import flag_danger_in_texts

__all__ = ["answer", "close_unanswered", "comment", "confirm", "dispute", "withdraw"]

# The time from the end of the undo period to the publication, since an undo takes a moment.
REPLY_MARGIN = timedelta(seconds=1)


@register_verb(Verb.ANSWER)
def answer(
    service_request: ServiceRequest,
    *,
    by: Actor,
    seen: int | None = None,
    words: str,
    photos: Iterable[Photo] = (),
) -> Event:
    """Answer the question, restore the status from before it, and return the event.

    SYSTEM answers for a silent reporter. Raise InvalidInput without words and photos, except
    for SYSTEM. A danger in `words` flags the request.
    """
    change = begin_change(Verb.ANSWER, service_request, by=by, seen=seen)
    require(change.actor is SYSTEM or words or photos, "words", _("Write an answer."))
    change.row.status = change.row.status_before_question
    event = change.finish(words=words, photos=photos)
    flag_danger_in_texts(event, words)
    return event


@register_verb(Verb.CONFIRM)
def confirm(
    service_request: ServiceRequest,
    *,
    by: Actor,
    seen: int | None = None,
    rating: int | None = None,
    words: str = "",
    photos: Sequence[Photo] = (),
) -> Event:
    """Close the request as confirmed; `rating` is 1 to 5 stars or None.

    Raise InvalidInput for another rating. A danger in `words` flags the request.
    """
    change = begin_change(Verb.CONFIRM, service_request, by=by, seen=seen)
    require(rating in (None, *range(1, 6)), "rating", _("Choose 1 to 5 stars, or none."))
    set_closed(change, Outcome.CONFIRMED)
    event = change.finish(words=words, photos=photos)
    if rating is not None:
        change.row.feedback.create(event=event, rating=rating)
    flag_danger_in_texts(event, words)
    return event


@register_verb(Verb.DISPUTE)
def dispute(
    service_request: ServiceRequest,
    *,
    by: Actor,
    seen: int | None = None,
    words: str,
    photos: Iterable[Photo] = (),
) -> Event:
    """Return the request to the department that did the work, or to the desk.

    The due date is counted from now. The desk gets it if no active department did the work.
    Raise InvalidInput without `words`. A danger in `words` flags the request.
    """
    change = begin_change(Verb.DISPUTE, service_request, by=by, seen=seen)
    require(words, "words", _("Tell us what is still wrong."))
    row = change.row
    did_it = row.completed_by
    clear_assignment(row)
    row.department = did_it if did_it and did_it.is_active else None
    row.dispute_used = True
    row.disputed_by_reporter = change.actor.is_agent or is_reporter(change.actor, row)
    row.clock_started_at = change.now
    code = "" if row.disputed_by_reporter else FOLLOWER_CODE
    event = change.finish(code=code, words=words, photos=photos)
    flag_danger_in_texts(event, words)
    return event


@register_verb(Verb.WITHDRAW)
def withdraw(
    service_request: ServiceRequest,
    *,
    by: Actor,
    seen: int | None = None,
) -> Event:
    """Close the request as no longer needed. If others follow it, only remove its reporter.

    Others are confirmed followers and reporters of duplicates. For them a request that waits for an
    answer gets its status before the question again, and the reporter's sessions, private links,
    contact and drafts are deleted.
    """
    change = begin_change(Verb.WITHDRAW, service_request, by=by, seen=seen)
    row = change.row
    if _has_other_followers(row):
        row.status = row.status_before_question or row.status
        event = change.finish()
        _delete_reporter(row)
        return event
    row.status = Status.CLOSED
    set_closed(change, Outcome.WITHDRAWN)
    return change.finish()


def _has_other_followers(row: ServiceRequest) -> bool:
    """Return whether somebody else follows the request, or it has duplicates."""
    own = Q(device__reporter_sessions__service_request=row)
    return row.followers.confirmed().exclude(own).exists() or row.duplicates.exists()


def _delete_reporter(row: ServiceRequest) -> None:
    """Delete the sessions, private links, contact and drafts of the request."""
    row.reporter_sessions.all().delete()
    row.access_links.all().delete()
    Contact.objects.filter(service_request=row).delete()
    Draft.objects.filter(Q(service_request=row) | Q(corrects=row)).delete()


@register_verb(Verb.COMMENT)
def comment(
    service_request: ServiceRequest,
    *,
    by: Actor,
    seen: int | None = None,
    words: str,
    is_public: bool = True,
    photos: Iterable[Photo] = (),
) -> Event:
    """Add a public comment, or an internal note by staff or SYSTEM, and return the event.

    An agent's public comment is published when it can no longer be undone. A danger in a
    resident's words flags the request. Raise InvalidInput without words and photos, for a
    resident's internal note, and for a note that names somebody who may not read it. Raise
    IllegalTransition for a public comment on an imported request.
    """
    change = begin_change(Verb.COMMENT, service_request, by=by, seen=seen)
    require(words or photos, "words", _("Write something first."))
    if not is_public and not any_permission(is_staff_of, is_system)(change.actor, change.row):
        raise InvalidInput("words", _("Only staff can leave an internal note."))
    if not is_public and isinstance(change.actor, User):
        check_mentions(words, change.row.department_id)
    if is_public and change.row.is_imported:
        raise IllegalTransition(
            _("No one gets replies to a request from a previous system. Leave an internal note.")
        )
    public_from = _delay_reply(change) if is_public and change.actor.is_agent else None
    event = change.finish(words=words, is_public=is_public, public_from=public_from, photos=photos)
    if isinstance(change.actor, Device | ApiKey):
        flag_danger_in_texts(event, words)
    return event


def _delay_reply(change: Change) -> datetime:
    """Store in the unsaved row when the agent's reply becomes public, and return that time."""
    moment = change.now + timedelta(seconds=settings.SECONDS_TO_UNDO) + REPLY_MARGIN
    waiting = [one for one in change.row.replies_public_from if one > change.now]
    change.row.replies_public_from = [*waiting, moment]
    return moment


@register_verb(Verb.CLOSE_UNANSWERED)
def close_unanswered(service_request: ServiceRequest, *, by: System) -> Event:
    """Close finished work that nobody confirmed within DAYS_TO_CONFIRM, as Outcome.UNANSWERED."""
    change = begin_change(Verb.CLOSE_UNANSWERED, service_request, by=by)
    set_closed(change, Outcome.UNANSWERED)
    return change.finish()
