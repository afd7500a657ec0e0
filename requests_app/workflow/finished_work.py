"""The verbs of a crew at the location: complete, hand over, add notes and photos."""

from collections.abc import Callable, Iterable
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from city.models import NoPhotoReason, ResolutionCode
from requests_app.errors import IllegalTransition, InvalidInput, require
from requests_app.models import Completion, CrewAction, Event, Handover, Photo, ServiceRequest
from requests_app.models.locks import lock_row
from requests_app.permissions import System
from requests_app.photos.uploading import UNREADABLE_MESSAGE
from requests_app.status import Verb
from requests_app.workflow import completion_proof
from requests_app.workflow.change import Actor, begin_change, register_verb, reset_danger_columns
from requests_app.workflow.completion_proof import Proof
from requests_app.workflow.resident import comment

__all__ = [
    "add_before_photos",
    "complete",
    "hand_over",
    "leave_note",
    "reject_proof",
    "run_once",
]


@register_verb(Verb.COMPLETE)
def complete(
    service_request: ServiceRequest,
    *,
    by: Actor,
    seen: int | None = None,
    resolution: ResolutionCode,
    note: str,
    photos: Iterable[Photo] = (),
    no_photo_reason: NoPhotoReason | None = None,
    here: tuple[float, float] | None = None,
    proof_reason: str = "",
    key: UUID | None = None,
) -> Event:
    """Mark the work as finished, with a ResolutionCode, a note for the resident, and proof.

    `photos`, `no_photo_reason`, `here` and `proof_reason` are those of `completion_proof.Proof`.
    `key` is a UUID chosen by the sender: a second call with the same key returns the first event.
    Raise InvalidInput without a note, if the proof breaks the category's rules, if a photo is
    unreadable, or for a key of another person or request.
    """
    if key and (done := _find_event_by_key(Completion, key, lock_row(service_request), by)):
        return done
    change = begin_change(Verb.COMPLETE, service_request, by=by, seen=seen)
    row = change.row
    require(note, "note", _("Tell the resident what you did."))
    proof = Proof(tuple(photos), no_photo_reason, here, proof_reason)
    completion_proof.check_proof(proof, row, change.now)
    row.scheduled_for = None
    row.completed_at = change.now
    row.completed_by_id = row.department_id
    row.dispute_used = row.disputed_by_reporter = False
    reset_danger_columns(row)
    event = change.finish(code=resolution.code, words=note, photos=proof.photos)
    if event.photos.filter(state=Photo.State.UNREADABLE).exists():
        raise InvalidInput("photos", UNREADABLE_MESSAGE)
    Completion.objects.create(
        service_request=row,
        event=event,
        department_id=row.department_id,
        resolution=resolution,
        no_photo_reason=proof.no_photo_reason,
        metres=completion_proof.proof_distance_m(proof, row),
        proof_reason=proof.proof_reason,
        key=key,
    )
    return event


@register_verb(Verb.REJECT_PROOF)
def reject_proof(service_request: ServiceRequest, *, by: System) -> Event:
    """Return finished work to its department, because all of its photos are unreadable.

    Raise IllegalTransition if one is readable, or if there are none.
    """
    change = begin_change(Verb.REJECT_PROOF, service_request, by=by)
    row = change.row
    if not row.photos.unreadable_completion_photos().exists():
        raise IllegalTransition
    row.completed_at = row.completed_by = None
    return change.finish()


@register_verb(Verb.HAND_OVER)
def hand_over(
    service_request: ServiceRequest,
    *,
    by: User,
    key: UUID | None = None,
    words: str = "",
    photos: Iterable[Photo] = (),
    resolution: ResolutionCode | None = None,
) -> Event:
    """Send work done before the request moved to its new holder, as an internal note.

    The photos are hidden until the desk shows one. A second call with the same `key` returns the
    first event. Raise InvalidInput without words and photos, and for a key of another person or
    request.
    """
    row = lock_row(service_request)
    if before := _find_event_by_key(Handover, key, row, by):
        return before
    change = begin_change(Verb.HAND_OVER, row, by=by)
    require(words or photos, "note", _("Add a photo or write a note first."))
    code = resolution.code if resolution else ""
    event = change.finish(code=code, words=words, is_public=False, photos=photos)
    Photo.objects.filter(event=event).update(is_hidden=True)
    Handover.objects.create(event=event, key=key)
    return event


@transaction.atomic
def leave_note(
    service_request: ServiceRequest,
    *,
    by: User,
    seen: int | None = None,
    words: str = "",
    is_public: bool,
    photos: Iterable[Photo] = (),
) -> Event:
    """Comment as a crew, and return the event. Photos of an internal note are hidden."""
    event = comment(
        service_request, by=by, seen=seen, words=words, is_public=is_public, photos=photos
    )
    event.photos.update(kind=Photo.Kind.NOTE, is_hidden=not is_public)
    return event


@transaction.atomic
def add_before_photos(
    service_request: ServiceRequest,
    *,
    by: User,
    seen: int | None = None,
    photos: Iterable[Photo],
) -> Event:
    """Add public photos of the location before the work, and return the event.

    Raise InvalidInput without a photo.
    """
    require(photos, "photos", _("Add a photo first."))
    event = comment(service_request, by=by, seen=seen, words="", photos=photos)
    event.photos.update(kind=Photo.Kind.BEFORE)
    return event


@transaction.atomic
def run_once(
    action: Callable[[], Event], service_request: ServiceRequest, *, by: User, key: UUID
) -> Event:
    """Call `action`, which changes the request, and return its event.

    A second call by `by` with the same key returns the first event. Raise InvalidInput for a key of
    another person or request.
    """
    if before := _find_event_by_key(CrewAction, key, lock_row(service_request), by):
        return before
    event = action()
    CrewAction.objects.create(event=event, key=key)
    return event


def _find_event_by_key(
    model: type[Completion | Handover | CrewAction],
    key: UUID | None,
    service_request: ServiceRequest,
    by: Actor,
) -> Event | None:
    """Return the event of the Completion, Handover or CrewAction (`model`) with `key`, or None.

    Raise InvalidInput if it was another person's, or of another request.
    """
    sent = model.objects.filter(key=key).select_related("event").first() if key else None
    if sent is None:
        return None
    event = sent.event
    is_theirs = isinstance(by, User) and event.actor_id == by.pk
    if not is_theirs or event.service_request_id != service_request.pk:
        raise InvalidInput("key", _("This was sent before, for another job."))
    return event
