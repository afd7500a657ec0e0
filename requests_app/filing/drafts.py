"""A report on its way from the first tap to the city, kept after every step."""

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lib import clock
from requests_app import workflow
from requests_app.errors import IllegalTransition, InvalidInput, require
from requests_app.filing import flooding, questions
from requests_app.models import Draft, Photo, ServiceRequest
from requests_app.models.answer import Answered


def set_columns(draft: Draft, columns: dict[str, object]) -> None:
    """Set columns to what was given at a step. The caller saves the draft."""
    for name, value in columns.items():
        setattr(draft, name, value)
    draft.changed_at = clock.now()


def save_columns(draft: Draft, columns: dict[str, object]) -> None:
    """Save what was given at a step: values by the names of their columns."""
    set_columns(draft, columns)
    draft.save(update_fields=[*columns, "changed_at"])


@transaction.atomic
def send_draft(draft: Draft, suspicion: str = "") -> ServiceRequest:
    """File what the draft says; sending it twice, at once or later, gives the same request.

    The draft's row is the idempotency key: the second sender waits for the lock and then finds
    the request of the first. The request keeps the draft's id, so it is the same also where the
    draft was deleted meanwhile. `suspicion` (a ReviewReason) is why a person looks at it before
    it goes on.
    Raises InvalidInput naming the step that is not complete, and NotAllowed where the draft was
    filed and this device is not its reporter any more.
    """
    locked = Draft.objects.select_for_update(of=["self"])
    draft = locked.select_related("device").get(pk=draft.pk)  # no row that may be new meanwhile
    service_request = send_locked_draft(draft, suspicion)
    draft.save()
    return service_request


def send_locked_draft(draft: Draft, suspicion: str = "") -> ServiceRequest:
    """`send`, for a row that the caller's transaction has locked, and that the caller saves."""
    if draft.service_request_id:
        return draft.service_request
    report = build_report(draft)
    held_for = suspicion or flooding.find_hold_reason(
        draft.device, draft.description, report.photos
    )
    draft.service_request = workflow.file(replace(report, held_for=held_for), by=draft.device)
    _clear_content(draft)
    draft.changed_at = clock.now()
    return draft.service_request


def build_report(draft: Draft) -> workflow.Report:
    """Return what the draft says, as a report. Raise what `check_complete` raises."""
    return workflow.Report(
        category=draft.category,
        latitude=draft.latitude,
        longitude=draft.longitude,
        location_text=draft.location_text,
        location_note=draft.location_note,
        description=draft.description,
        answers=validate_draft(draft),
        contact={"name": draft.name, "email": draft.email, "phone": draft.phone},
        photos=list(draft.photos.loose().order_by("position", "uploaded_at")),
        language=get_language(),
        key=draft.pk,
    )


def validate_draft(draft: Draft) -> list[Answered]:
    """Return the answers of a draft that can be sent.

    Raise InvalidInput if it is not complete; its field names the step to go to.
    """
    require(draft.category, "category", _("Choose what it is."))
    require(draft.latitude is not None, "location", _("Say where it is."))
    given = questions.validate_answers(draft.category, draft.answers)
    if any(answer.stop for answer in given):
        raise InvalidInput(
            "answers", _("The city doesn't handle this. Please contact the agency shown.")
        )
    return given


def _clear_content(draft: Draft) -> None:
    """Remove from the draft what the request holds now: what is left of it is the key."""
    draft.name = draft.email = draft.phone = draft.description = draft.searched = ""
    draft.location_text = draft.location_note = ""
    draft.latitude = draft.longitude = None
    draft.answers = {}


@transaction.atomic
def follow_existing_request(
    draft: Draft,
    service_request: ServiceRequest,
    *,
    seen: int,
    words: str = "",
    photo_ids: Iterable[UUID] = (),
) -> None:
    """It is the same as `service_request`: follow that one, and add `words` and photos in public.

    What is added leaves the draft; the rest stays in it. Its own reporter follows already. Raises
    StaleView, with nothing done, where something is added that was written before the latest news.
    """
    draft = Draft.objects.select_for_update().select_related("device").get(pk=draft.pk)
    if draft.service_request_id:
        raise IllegalTransition
    if not draft.device.reported(service_request):
        workflow.follow(service_request, by=draft.device)
    photos = list(draft.photos.loose().filter(pk__in=photo_ids).order_by("position", "uploaded_at"))
    if not words and not photos:
        return
    workflow.comment(service_request, words=words, by=draft.device, seen=seen, photos=photos)
    Photo.objects.filter(pk__in=[photo.pk for photo in photos]).update(
        kind=Photo.Kind.COMMENT, draft=None
    )
    if words:
        draft.description = ""
        draft.save(update_fields=["description"])
