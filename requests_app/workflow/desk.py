"""What an agent does at the desk."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from city import geo
from city.models import Agency, Category
from city.search import recognized
from lib import enqueue
from requests_app.errors import InvalidInput, require
from requests_app.models import Comment, Event, Photo, ServiceRequest, text_digest
from requests_app.models.locks import lock_together, touch
from requests_app.permissions import SYSTEM
from requests_app.photos.processing import MAKE_SIZES
from requests_app.status import Outcome, Status, Verb
from requests_app.workflow.act import Actor, begin, clear_work, close, register
from requests_app.workflow.content_reports import settle
from requests_app.workflow.danger import flag_danger
from requests_app.workflow.duplicates import check_original
from requests_app.workflow.filing import require_served

__all__ = [
    "decline",
    "hide",
    "mark_duplicate",
    "move_pin",
    "prioritise",
    "recategorise",
    "redact",
    "release",
    "reopen",
    "route",
    "transfer",
    "unhide",
    "uphold",
]


@register(Verb.ROUTE)
@transaction.atomic
def route(service_request, *, to, by, seen=None, reason="", words="", rule="", caused_by=None):
    """Give the request to the department `to`. Any route after the first says why.

    `reason` is a code of the city's RouteReason; `words` (public) may add to it. A rule acts as
    SYSTEM, says its name in `rule`, and does nothing (None) where `to` already holds the request.
    """
    if by is SYSTEM and service_request.department_id == to.pk:
        return None
    change = begin(Verb.ROUTE, service_request, by=by, seen=seen)
    row = change.row
    if row.department_id == to.pk and row.status != Status.DISPUTED:
        raise InvalidInput("department", _("This department already has the request."))
    is_its_own = row.department_id == to.pk
    may_receive = to.may_receive or (is_its_own and to.is_active)
    require(may_receive, "department", _("This department no longer takes requests."))
    if row.times_routed and not (reason or words or rule):
        raise InvalidInput(
            "reason", _("Say why you're moving it. The resident and the crew will see this.")
        )
    clear_work(row)
    row.department = to
    row.times_routed += 1
    return change.finish(code=reason, words=words, rule=rule, caused_by=caused_by)


@register(Verb.DECLINE)
@transaction.atomic
def decline(
    service_request: ServiceRequest,
    *,
    by: Actor,
    seen: int | None = None,
    reason,
    words: str,
) -> Event:
    """Close it as not the city's: a DeclineReason and `words` for the resident."""
    change = begin(Verb.DECLINE, service_request, by=by, seen=seen)
    require(words, "words", _("Tell the resident why, and who can help instead."))
    close(change, Outcome.DECLINED)
    change.row.decline_reason = reason
    return change.finish(code=reason.code, words=words)


@register(Verb.TRANSFER)
@transaction.atomic
def transfer(
    service_request: ServiceRequest,
    *,
    by: Actor,
    seen: int | None = None,
    agency: Agency,
    words: str = "",
) -> Event:
    """Close it as another agency's: who it is and how to reach them comes from the city's list."""
    change = begin(Verb.TRANSFER, service_request, by=by, seen=seen)
    close(change, Outcome.TRANSFERRED)
    change.row.agency = agency
    return change.finish(code=agency.slug, words=words)


@register(Verb.MARK_DUPLICATE)
@transaction.atomic
def mark_duplicate(service_request, *, original, by, seen=None):
    """Close it as the same as `original`, whose news everyone here now follows.

    This one's own duplicates move along, and so do words of danger that nobody cleared. All rows
    are locked in the order of their ids.
    """
    if original.pk == service_request.pk:
        raise InvalidInput("original", _("A request can't be a duplicate of itself."))
    lock_together(service_request, original, *service_request.duplicates.exclude(pk=original.pk))
    change = begin(Verb.MARK_DUPLICATE, service_request, by=by, seen=seen)
    check_original(service_request, original)
    named = change.row.danger
    moved = list(change.row.duplicates.order_by("pk").select_for_update())
    for row in moved:
        point_to(row, original)
    close(change, Outcome.DUPLICATE)
    change.row.duplicate_of = original
    touch(original)  # its watchers see that one more person reported it
    event = change.finish(other_request=original, moved_duplicates=[row.pk for row in moved])
    if named and not original.danger:
        flag_danger(original, named, cause=event, before=original.priority)
    return event


def point_to(row, original):
    row.duplicate_of = original
    row.save(update_fields=["duplicate_of"])
    touch(row)


@register(Verb.UPHOLD)
@transaction.atomic
def uphold(
    service_request: ServiceRequest,
    *,
    by: Actor,
    seen: int | None = None,
    words: str,
) -> Event:
    """Close a dispute that was looked at again, with an answer to the resident."""
    change = begin(Verb.UPHOLD, service_request, by=by, seen=seen)
    require(words, "words", _("Tell the resident what you checked and what you found."))
    close(change, Outcome.UPHELD)
    return change.finish(words=words)


@register(Verb.REOPEN)
@transaction.atomic
def reopen(
    service_request: ServiceRequest,
    *,
    by: Actor,
    seen: int | None = None,
    words: str,
) -> Event:
    """Open a closed request again, back at its department if that still works, else at the desk."""
    change = begin(Verb.REOPEN, service_request, by=by, seen=seen)
    require(words, "words", _("Say why you're reopening it."))
    row = change.row
    row.clock_started_at = change.now
    row.disputed_by_reporter = False
    if row.department and not row.department.is_active:
        row.department = None
    row.assignee = row.scheduled_for = None
    row.status = Status.ROUTED if row.department else Status.FILED
    return change.finish(words=words)


@register(Verb.RECATEGORISE)
@transaction.atomic
def recategorise(
    service_request: ServiceRequest,
    *,
    by: Actor,
    seen: int | None = None,
    category: Category,
) -> Event:
    """Say what it really is; the due date and the rules are applied again.

    Who reported it in private was told that nobody else would see it: that holds.
    """
    change = begin(Verb.RECATEGORISE, service_request, by=by, seen=seen)
    require(category.is_active, "category", _("This category is turned off."))
    if category.pk == change.row.category_id:
        raise InvalidInput("category", _("It's in this category already."))
    change.row.category = category
    change.row.is_private = change.row.is_private or category.is_private
    return change.finish(code=category.service_code)


@register(Verb.MOVE_PIN)
@transaction.atomic
def move_pin(
    service_request: ServiceRequest,
    *,
    by: Actor,
    seen: int | None = None,
    latitude: Decimal,
    longitude: Decimal,
    location_text: str,
) -> Event:
    """Say where it really is (Decimal degrees WGS 84, in the city); the rules are applied again."""
    change = begin(Verb.MOVE_PIN, service_request, by=by, seen=seen)
    latitude, longitude = require_served(latitude, longitude)
    zone = geo.zone_at(latitude, longitude)
    row = change.row
    words = recognized(location_text, float(latitude), float(longitude))
    if (row.latitude, row.longitude, row.location_phrase) == (latitude, longitude, str(words)):
        raise InvalidInput("location_text", _("The location is the same. Nothing changed."))
    row.latitude, row.longitude, row.zone = latitude, longitude, zone
    row.location_text, row.location_relation = words
    return change.finish(code=zone.slug)


@register(Verb.PRIORITISE)
@transaction.atomic
def prioritise(
    service_request: ServiceRequest,
    *,
    by: Actor,
    seen: int | None = None,
    priority: str,
) -> Event:
    change = begin(Verb.PRIORITISE, service_request, by=by, seen=seen)
    require(priority != change.row.priority, "priority", _("It has this priority already."))
    change.row.priority = priority
    if change.row.danger:
        change.row.priority_before_danger = priority
    return change.finish(code=priority)


@register(Verb.HIDE)
@transaction.atomic
def hide(
    service_request: ServiceRequest,
    *,
    by: Actor,
    seen: int | None = None,
    words: str,
    photo: Photo | None = None,
    comment: Comment | None = None,
) -> Event:
    """Take the request, or one photo or comment of it, out of the public's sight.

    `words` is the reason its author is told.
    """
    change = begin(Verb.HIDE, service_request, by=by, seen=seen)
    require(words, "words", _("Say why. We'll tell the person who wrote it."))
    _set_hidden(change.row, photo, comment, hidden=True)
    return _out_of_sight(change, words, photo, comment)


@register(Verb.UNHIDE)
@transaction.atomic
def unhide(
    service_request: ServiceRequest,
    *,
    by: Actor,
    seen: int | None = None,
    photo: Photo | None = None,
    comment: Comment | None = None,
) -> Event:
    change = begin(Verb.UNHIDE, service_request, by=by, seen=seen)
    _set_hidden(change.row, photo, comment, hidden=False)
    return change.finish(subject_photo=photo, subject_comment=comment)


@register(Verb.RELEASE)
@transaction.atomic
def release(
    service_request: ServiceRequest,
    *,
    by: Actor,
    seen: int | None = None,
) -> Event:
    """What was held for review is a report like any other from now on; the rules are applied."""
    change = begin(Verb.RELEASE, service_request, by=by, seen=seen)
    reason = change.row.held_for
    change.row.held_for, change.row.is_hidden = "", False
    return change.finish(code=reason)


def _set_hidden(row, photo, comment, *, hidden):
    """Refuses what is so already: taking it back would undo what somebody did before."""
    subject = photo or comment or row
    if subject is not row:
        _check_whose(row, subject)
    if subject.is_hidden == hidden:
        words = _("It's hidden already.") if hidden else _("Everyone can already see it.")
        raise InvalidInput("subject", words)
    subject.is_hidden = hidden
    if subject is not row:
        subject.save(update_fields=["is_hidden"])


@register(Verb.REDACT)
@transaction.atomic
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
    """Black out part of one photo, or replace the body of one comment or of the description.

    `boxes` are all of the photo's boxes from now on, (x, y, width, height) in fractions of the
    upright picture; none takes those away that were drawn by mistake. `words` is the reason its
    author is told. What is replaced in words is gone; a photo's original is kept.
    """
    change = begin(Verb.REDACT, service_request, by=by, seen=seen)
    require(words, "words", _("Say why. We'll tell the person who wrote it."))
    if photo:
        _black_out(change.row, photo, boxes)
    elif comment:
        _replace(change.row, comment, body)
    else:
        change.row.description = body
        change.row.words_digest = text_digest.digest_of(body)
    return _out_of_sight(change, words, photo, comment)


def _out_of_sight(change, words, photo, comment):
    subject = {"subject_photo": photo, "subject_comment": comment}
    event = change.finish(words=words, is_public=False, **subject)
    settle(event)
    return event


def _check_whose(row, subject):
    if subject.service_request_id != row.pk:
        raise InvalidInput("subject", _("That belongs to another request."))


def _black_out(row, photo, boxes):
    _check_whose(row, photo)
    inside = all(0 <= x < x + w <= 1 and 0 <= y < y + h <= 1 for x, y, w, h in boxes)
    if not inside or not (boxes or photo.redactions):
        raise InvalidInput("boxes", _("Draw at least one box inside the picture."))
    photo.redactions = [list(box) for box in boxes]
    photo.state, photo.attempts = Photo.State.WAITING, 0
    photo.save(update_fields=["redactions", "state", "attempts"])
    enqueue.on_commit(MAKE_SIZES, str(photo.pk))


def _replace(row, comment, body):
    _check_whose(row, comment)
    Comment.objects.filter(pk=comment.pk).update(body=body, is_redacted=True)
