"""The verbs by which an agent changes what the public sees: hide, unhide, release, redact."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from lib import enqueue
from requests_app.errors import InvalidInput, require
from requests_app.models import Comment, Event, Photo, ServiceRequest, text_digest
from requests_app.photos.processing import MAKE_SIZES
from requests_app.status import Verb
from requests_app.workflow.change import Actor, Change, begin_change, register_verb
from requests_app.workflow.content_reports import settle_content_reports

__all__ = [
    "hide",
    "redact",
    "release",
    "unhide",
]


@register_verb(Verb.HIDE)
def hide(
    service_request: ServiceRequest,
    *,
    by: Actor,
    seen: int | None = None,
    words: str,
    photo: Photo | None = None,
    comment: Comment | None = None,
) -> Event:
    """Hide the request, or one photo or comment of it, from the public.

    `words` is the reason, which its author can read. Content reports on it are settled. Raise
    InvalidInput without `words`, if it is hidden already, or if it belongs to another request.
    """
    change = begin_change(Verb.HIDE, service_request, by=by, seen=seen)
    require(words, "words", _("Say why. We'll tell the person who wrote it."))
    _set_hidden(change.row, photo, comment, hidden=True)
    return _record_hidden_content(change, words, photo, comment)


@register_verb(Verb.UNHIDE)
def unhide(
    service_request: ServiceRequest,
    *,
    by: Actor,
    seen: int | None = None,
    photo: Photo | None = None,
    comment: Comment | None = None,
) -> Event:
    """Show the request, or one photo or comment of it, to the public again.

    Raise InvalidInput if it is not hidden or belongs to another request.
    """
    change = begin_change(Verb.UNHIDE, service_request, by=by, seen=seen)
    _set_hidden(change.row, photo, comment, hidden=False)
    return change.finish(subject_photo=photo, subject_comment=comment)


@register_verb(Verb.RELEASE)
def release(
    service_request: ServiceRequest,
    *,
    by: Actor,
    seen: int | None = None,
) -> Event:
    """Publish a request that was held for review, and return the event.

    Subscribers apply the routing rules.
    """
    change = begin_change(Verb.RELEASE, service_request, by=by, seen=seen)
    reason = change.row.held_for
    change.row.held_for, change.row.is_hidden = "", False
    return change.finish(code=reason)


def _set_hidden(
    row: ServiceRequest, photo: Photo | None, comment: Comment | None, *, hidden: bool
) -> None:
    """Hide or show the photo, the comment, or else the request. The request itself is not saved.

    Raise InvalidInput if it is so already: an undo would revert an earlier act.
    """
    part = photo or comment
    if part:
        _check_belongs_to(row, part)
    subject = part or row
    if subject.is_hidden == hidden:
        words = _("It's hidden already.") if hidden else _("Everyone can already see it.")
        raise InvalidInput("subject", words)
    subject.is_hidden = hidden
    if part:
        part.save(update_fields=["is_hidden"])


@register_verb(Verb.REDACT)
def redact(
    service_request: ServiceRequest,
    *,
    by: Actor,
    seen: int | None = None,
    words: str,
    photo: Photo | None = None,
    boxes: Iterable[Sequence[float]] = (),
    comment: Comment | None = None,
    body: str = "",
) -> Event:
    """Black out parts of a photo, or replace the body of a comment or the description.

    `boxes` replace all boxes of the photo: (x, y, width, height) as fractions of the upright
    picture; none removes them. `words` is the reason, which its author can read. Replaced text is
    lost; the photo's original is kept. Content reports on it are settled. Raise InvalidInput
    without `words`, for a box outside the picture, or if the content belongs to another
    request.
    """
    change = begin_change(Verb.REDACT, service_request, by=by, seen=seen)
    require(words, "words", _("Say why. We'll tell the person who wrote it."))
    if photo:
        _black_out_photo(change.row, photo, boxes)
    elif comment:
        _replace_comment(change.row, comment, body)
    else:
        change.row.description = body
        change.row.words_digest = text_digest.compute_text_digest(body)
    return _record_hidden_content(change, words, photo, comment)


def _record_hidden_content(
    change: Change, words: str, photo: Photo | None, comment: Comment | None
) -> Event:
    """Finish the change and settle the content reports on the hidden content. Return the event."""
    event = change.finish(
        words=words, is_public=False, subject_photo=photo, subject_comment=comment
    )
    settle_content_reports(event)
    return event


def _check_belongs_to(row: ServiceRequest, subject: Photo | Comment) -> None:
    """Raise InvalidInput if the photo or comment belongs to another request."""
    if subject.service_request_id != row.pk:
        raise InvalidInput("subject", _("That belongs to another request."))


def _black_out_photo(row: ServiceRequest, photo: Photo, boxes: Iterable[Sequence[float]]) -> None:
    """Save the boxes, and enqueue the making of all public sizes anew.

    Raise InvalidInput for a box outside the picture, without any box before and after, or for a
    photo of another request.
    """
    _check_belongs_to(row, photo)
    inside = all(0 <= x < x + w <= 1 and 0 <= y < y + h <= 1 for x, y, w, h in boxes)
    if not inside or not (boxes or photo.redactions):
        raise InvalidInput("boxes", _("Draw at least one box inside the picture."))
    photo.redactions = [list(box) for box in boxes]
    photo.state, photo.attempts = Photo.State.WAITING, 0
    photo.save(update_fields=["redactions", "state", "attempts"])
    enqueue.enqueue_on_commit(MAKE_SIZES, str(photo.pk))


def _replace_comment(row: ServiceRequest, comment: Comment, body: str) -> None:
    """Replace the comment's body and mark it as redacted, in the database only.

    Raise InvalidInput if it belongs to another request.
    """
    _check_belongs_to(row, comment)
    Comment.objects.filter(pk=comment.pk).update(body=body, is_redacted=True)
