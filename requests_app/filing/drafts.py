"""Drafts of reports: saving what a step collected, validating a draft and filing it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from uuid import UUID

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lib import clock
from requests_app import workflow
from requests_app.errors import IllegalTransition, InvalidInput
from requests_app.filing import flooding, questions
from requests_app.models import Draft, Photo, ServiceRequest


def set_columns(draft: Draft, columns: Mapping[str, object]) -> None:
    """Set the draft's columns, by name, and `changed_at`, without saving the draft."""
    for name, value in columns.items():
        setattr(draft, name, value)
    draft.changed_at = clock.now()


def save_columns(draft: Draft, columns: Mapping[str, object]) -> None:
    """Set the draft's columns, by name, and `changed_at`, and save them."""
    set_columns(draft, columns)
    draft.save(update_fields=[*columns, "changed_at"])


@transaction.atomic
def send_draft(draft: Draft, review_reason: str = "") -> ServiceRequest:
    """File the draft and return its request. Sending a draft twice returns the same request.

    The draft's id is the idempotency key. A concurrent call waits for the row's lock and then
    finds the request. The request keeps the id as `filing_key`, so it is found even after the
    draft was deleted. `review_reason` (a ReviewReason) holds the request until an agent reviewed
    it; the default lets `flooding` decide.

    Raise InvalidInput if the draft is not complete (`build_report`), and NotAllowed if it was
    filed and its device is not the reporter any more.
    """
    locked = Draft.objects.select_for_update(of=["self"])
    draft = locked.select_related("device").get(pk=draft.pk)
    service_request = send_locked_draft(draft, review_reason)
    draft.save()
    return service_request


def send_locked_draft(draft: Draft, review_reason: str = "") -> ServiceRequest:
    """File a draft whose row the caller has locked, and return its request.

    `review_reason` (a ReviewReason) holds the request for a review; the default lets `flooding`
    decide. The request and empty contents are set on `draft`, which the caller saves. A draft that
    was filed before is not changed. Raise InvalidInput if the draft is not complete, and NotAllowed
    if it was filed and its device is not the reporter any more.
    """
    if draft.service_request:
        return draft.service_request
    report = build_report(draft)
    held_for = review_reason or flooding.find_hold_reason(
        draft.device, draft.description, report.photos
    )
    service_request = workflow.file(replace(report, held_for=held_for), by=draft.device)
    draft.service_request = service_request
    _clear_content(draft)
    draft.changed_at = clock.now()
    return service_request


def build_report(draft: Draft) -> workflow.Report:
    """Return the draft as a report that can be filed.

    The photos are those not attached yet, in order. Raise InvalidInput if the draft cannot be
    filed. The `field` of the error is "category", "location" or "answers" and names what is missing
    or invalid.
    """
    if draft.category is None:
        raise InvalidInput("category", _("Choose what it is."))
    if draft.latitude is None or draft.longitude is None:
        raise InvalidInput("location", _("Say where it is."))
    answers = questions.validate_answers(draft.category, draft.answers)
    if any(answer.stop_choice for answer in answers):
        raise InvalidInput(
            "answers", _("The city doesn't handle this. Please contact the agency shown.")
        )
    return workflow.Report(
        category=draft.category,
        latitude=draft.latitude,
        longitude=draft.longitude,
        location_text=draft.location_text,
        location_note=draft.location_note,
        description=draft.description,
        answers=answers,
        contact={"name": draft.name, "email": draft.email, "phone": draft.phone},
        photos=list(draft.photos.unattached().order_by("position", "uploaded_at")),
        language=get_language(),
        key=draft.pk,
    )


def _clear_content(draft: Draft) -> None:
    """Empty the columns that were copied to the request, without saving the draft.

    The draft remains as idempotency key.
    """
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
    """Follow `service_request` instead of filing the draft, as both report the same problem.

    `words` and the draft's photos with these ids are added as a public comment and removed from
    the draft. The reporter of `service_request` is not made a follower. Raise IllegalTransition if
    the draft was sent, and StaleView, without any change, if a comment is to be added and there
    are events after `seen`.
    """
    draft = Draft.objects.select_for_update().select_related("device").get(pk=draft.pk)
    if draft.service_request_id:
        raise IllegalTransition
    if not draft.device.has_reported(service_request):
        workflow.follow(service_request, by=draft.device)
    photos = list(
        draft.photos.unattached().filter(pk__in=photo_ids).order_by("position", "uploaded_at")
    )
    if not words and not photos:
        return
    workflow.comment(service_request, words=words, by=draft.device, seen=seen, photos=photos)
    Photo.objects.filter(pk__in=[photo.pk for photo in photos]).update(
        kind=Photo.Kind.COMMENT, draft=None
    )
    if words:
        draft.description = ""
        draft.save(update_fields=["description"])
