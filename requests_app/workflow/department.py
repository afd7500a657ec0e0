"""What the department that holds a request does with it."""

from collections.abc import Callable, Iterable
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from city.models import NoPhotoReason, ResolutionCode
from requests_app.errors import IllegalTransition, InvalidInput, require
from requests_app.models import Completion, CrewAction, Event, Handover, Photo, ServiceRequest
from requests_app.models.locks import lock
from requests_app.photos.uploading import UNREADABLE
from requests_app.status import Status, Verb
from requests_app.workflow import completion_proof
from requests_app.workflow.act import Actor, begin, clear_work, register, settle_danger
from requests_app.workflow.completion_proof import Proof
from requests_app.workflow.resident import comment

__all__ = [
    "add_before_photos",
    "ask",
    "assign",
    "breaks_promise",
    "can_be_reached",
    "cancel_question",
    "carry_out_once",
    "complete",
    "hand_back",
    "hand_over",
    "hold",
    "leave_note",
    "reject_proof",
    "schedule",
    "start",
]


@register(Verb.HAND_BACK)
@transaction.atomic
def hand_back(
    service_request: ServiceRequest,
    *,
    by: Actor,
    seen: int | None = None,
    reason,
    words: str = "",
) -> Event:
    """Not ours: back to the desk with a HandBackReason. A disputed request stays disputed."""
    change = begin(Verb.HAND_BACK, service_request, by=by, seen=seen)
    row = change.row
    clear_work(row)
    row.status = Status.DISPUTED if row.status == Status.DISPUTED else Status.FILED
    return change.finish(code=reason.code, words=words)


@register(Verb.ASSIGN)
@transaction.atomic
def assign(
    service_request: ServiceRequest,
    *,
    by: Actor,
    seen: int | None = None,
    to: User | None,
) -> Event:
    """Make it the job of `to`, a member of the same department, or of nobody (None)."""
    change = begin(Verb.ASSIGN, service_request, by=by, seen=seen)
    if to is not None and not to.works_for(change.row.department_id):
        raise InvalidInput("assignee", _("Only members of this department can take it."))
    change.row.assignee = to
    return change.finish()


@register(Verb.SCHEDULE)
@transaction.atomic
def schedule(
    service_request: ServiceRequest,
    *,
    by: Actor,
    seen: int | None = None,
    day: date,
    words: str = "",
) -> Event:
    """Plan the work for `day` (a date, today or later); `words` are for the resident.

    A day after the one that was promised needs words: why it takes longer.
    """
    change = begin(Verb.SCHEDULE, service_request, by=by, seen=seen)
    row = change.row
    require(day >= timezone.localdate(change.now), "day", _("Choose today or a later day."))
    is_explained = words or not breaks_promise(row, day, change.now)
    require(is_explained, "words", _("This is after the expected date. Tell the resident why."))
    row.scheduled_for = day
    return change.finish(day=day, words=words)


def breaks_promise(service_request, day, now) -> bool:
    """Whether `day` lies after the expected date the resident reads; a missed one stays missed."""
    promised = service_request.due_at
    return promised is not None and now <= promised and day > timezone.localdate(promised)


@register(Verb.START)
@transaction.atomic
def start(
    service_request: ServiceRequest,
    *,
    by: Actor,
    seen: int | None = None,
    words: str = "",
) -> Event:
    """Begin the work; a person takes what is nobody's. `words` are for the resident."""
    change = begin(Verb.START, service_request, by=by, seen=seen)
    row = change.row
    if row.assignee_id is None and isinstance(change.by, User):
        row.assignee = change.by
    return change.finish(words=words)


@register(Verb.HOLD)
@transaction.atomic
def hold(
    service_request: ServiceRequest,
    *,
    by: Actor,
    seen: int | None = None,
    reason,
    words: str = "",
) -> Event:
    """The clock stands still for a HoldReason: parts, weather, another party."""
    change = begin(Verb.HOLD, service_request, by=by, seen=seen)
    change.row.hold_reason = reason
    change.row.scheduled_for = None
    return change.finish(code=reason.code, words=words)


@register(Verb.ASK)
@transaction.atomic
def ask(
    service_request: ServiceRequest,
    *,
    by: Actor,
    seen: int | None = None,
    question: str,
) -> Event:
    """Ask the reporter; the clock stands still. Only if the reporter can be reached."""
    change = begin(Verb.ASK, service_request, by=by, seen=seen)
    row = change.row
    require(question, "question", _("Write the question."))
    words = _("You can't ask a question: the reporter left no way to reply.")
    require(can_be_reached(row), "question", words)
    row.status_before_question = row.status
    return change.finish(words=question)


def can_be_reached(service_request) -> bool:
    """By a device, an e-mail that has not bounced, or a phone."""
    contact = getattr(service_request, "contact", None)
    if contact and contact.can_be_reached:
        return True
    return service_request.reporter_sessions.exists()


@register(Verb.CANCEL_QUESTION)
@transaction.atomic
def cancel_question(
    service_request: ServiceRequest,
    *,
    by: Actor,
    seen: int | None = None,
) -> Event:
    change = begin(Verb.CANCEL_QUESTION, service_request, by=by, seen=seen)
    change.row.status = change.row.status_before_question
    return change.finish()


@register(Verb.COMPLETE)
@transaction.atomic
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
    """The work is done: a ResolutionCode, a note for the resident, and the proof.

    The proof is as `completion_proof.Proof` describes it.
    `key` (a UUID of the sender's making) is the same for what is sent twice: the answer is then the
    event that was. Raises InvalidInput where the category's rules of proof are not met.
    """
    if key and (done := _sent_before(Completion, key, lock(service_request), by)):
        return done
    change = begin(Verb.COMPLETE, service_request, by=by, seen=seen)
    row = change.row
    require(note, "note", _("Tell the resident what you did."))
    proof = Proof(tuple(photos), no_photo_reason, here, proof_reason)
    completion_proof.check(proof, row, change.now)
    row.scheduled_for = None
    row.completed_at = change.now
    row.completed_by_id = row.department_id
    row.dispute_used = row.disputed_by_reporter = False
    settle_danger(row)
    event = change.finish(code=resolution.code, words=note, photos=proof.photos)
    if event.photos.filter(state=Photo.State.UNREADABLE).exists():
        raise InvalidInput("photos", UNREADABLE)
    Completion.objects.create(
        service_request=row,
        event=event,
        department_id=row.department_id,
        resolution=resolution,
        no_photo_reason=proof.no_photo_reason,
        metres=completion_proof.metres_away(proof, row),
        proof_reason=proof.proof_reason,
        key=key,
    )
    return event


@register(Verb.REJECT_PROOF)
@transaction.atomic
def reject_proof(
    service_request: ServiceRequest,
    *,
    by: Actor,
    seen: int | None = None,
) -> Event:
    """None of the photos of the work that was called done can be shown: it is still to be proved.

    Raises IllegalTransition where one can be, or where there were none.
    """
    change = begin(Verb.REJECT_PROOF, service_request, by=by, seen=seen)
    row = change.row
    if not row.photos.of_unproved_work().exists():
        raise IllegalTransition
    row.completed_at = row.completed_by = None
    return change.finish()


@register(Verb.HAND_OVER)
@transaction.atomic
def hand_over(
    service_request: ServiceRequest,
    *,
    by: User,
    key: UUID | None = None,
    words: str = "",
    photos: Iterable[Photo] = (),
    resolution: ResolutionCode | None = None,
) -> Event:
    """Work that was done before the request moved goes to who holds it now, as an internal note.

    Its photos are hidden: residents see one only if the desk shows it. `key` is as `complete` has
    it: what is sent twice with the same one is the event that was.
    """
    row = lock(service_request)
    if before := _sent_before(Handover, key, row, by):
        return before
    change = begin(Verb.HAND_OVER, row, by=by)
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
    """Comment as a crew, and return the event. Residents see no photo of an internal note, unless
    the desk shows it.
    """
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
    """Add photos of the location before the work, for everybody who sees the request. Return the
    event. Raises InvalidInput without a photo.
    """
    require(photos, "photos", _("Add a photo first."))
    event = comment(service_request, by=by, seen=seen, words="", photos=photos)
    event.photos.update(kind=Photo.Kind.BEFORE)
    return event


@transaction.atomic
def carry_out_once(
    verb: Callable, service_request, *, by, key: UUID | None = None, **given
) -> Event:
    """Call `verb`, a function of the workflow, and return its event.

    `key` is as `complete` has it: what `by` sends twice with the same key is the event that was.
    """
    if key and (before := _sent_before(CrewAction, key, lock(service_request), by)):
        return before
    event = verb(service_request, by=by, **given)
    if key:
        CrewAction.objects.create(event=event, key=key)
    return event


def _sent_before(model, key, service_request, by):
    """The event of the Completion, Handover or CrewAction (`model`) of the same key, or None.

    Raises InvalidInput where it was another person's, or about another request.
    """
    sent = model.objects.filter(key=key).select_related("event").first() if key else None
    if sent is None:
        return None
    event = sent.event
    if event.service_request_id != service_request.pk or event.actor_id != by.pk:
        raise InvalidInput("key", _("This was sent before, for another job."))
    return event
