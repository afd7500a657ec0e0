"""Corrections of sent reports: written on the pages of a report, sent as one verb."""

from django.db import transaction

from requests_app import workflow
from requests_app.errors import StaleView
from requests_app.filing.drafts import build_report
from requests_app.models import Device, Draft, Event, Photo, ServiceRequest
from requests_app.models.photo import PhotoQuerySet

_COPIED_COLUMNS = (
    "category", "latitude", "longitude", "location_note", "description",
)  # fmt: skip


@transaction.atomic
def begin_correction(service_request: ServiceRequest, *, by: Device, seen: int) -> Draft:
    """Return the draft in which the device `by` corrects its request, created if there is none.

    `seen` is the id of the last event that the person was shown. A new draft holds what the request
    says now; an earlier one keeps what was typed.
    """
    Device.objects.select_for_update().get(pk=by.pk)  # a double tap must not create two drafts
    draft = Draft.objects.filter(device=by, corrects=service_request).first()
    if draft is None:
        draft = Draft(device=by, corrects=service_request, details_done=True)
        for column in _COPIED_COLUMNS:
            setattr(draft, column, getattr(service_request, column))
        draft.location_text = service_request.location_phrase
        answers = service_request.answers.values_list("question__code", "values")
        draft.answers = dict(answers)
    draft.seen = seen
    draft.save()
    return draft


def list_photos(draft: Draft) -> list[Photo]:
    """Return the photos that the request will have: its kept photos, then the draft's own.

    For a draft that corrects no request, return the draft's photos.
    """
    kept = list(_find_kept_photos(draft)) if draft.corrects_id else []
    return kept + list(draft.photos.all())


def remove_photo(draft: Draft, photo_id: str) -> None:
    """Note in the draft that sending it removes this photo from the request.

    Do nothing if the request has no photo with the id `photo_id`.
    """
    ids = {str(photo.pk): photo.pk for photo in _find_kept_photos(draft)}
    if photo_id in ids:
        draft.removed_photos = [*draft.removed_photos, ids[photo_id]]
        draft.save(update_fields=["removed_photos"])


def _find_kept_photos(draft: Draft) -> PhotoQuerySet:
    """Return the report photos of the corrected request that the correction does not remove.

    Hidden and unreadable ones are left out, those in processing are included.
    """
    photos = draft.corrects.photos.filter(kind=Photo.Kind.REPORT, is_hidden=False)
    return photos.exclude(pk__in=draft.removed_photos).exclude(state=Photo.State.UNREADABLE)


def find_stale_view(draft: Draft) -> StaleView | None:
    """Return a StaleView with the events after the draft's `seen`, or None if there are none.

    Quiet events do not count.
    """
    try:
        workflow.check_not_stale(draft.corrects, draft.seen)
    except StaleView as changes:
        return changes
    return None


@transaction.atomic
def send_correction(draft: Draft, *, seen: int) -> Event:
    """Carry out the correction, delete the draft and return the event.

    `seen` is the id of the last event that was shown. Raise InvalidInput if the draft is not
    complete or not valid, with the input's name as `field`, and the DomainErrors of
    `workflow.correct`, such as StaleView for events after `seen`.
    """
    draft = Draft.objects.select_for_update(of=["self"]).select_related("device").get(pk=draft.pk)
    event = workflow.correct(
        draft.corrects,
        by=draft.device,
        seen=seen,
        report=build_report(draft),
        hidden_photos=draft.removed_photos,
    )
    draft.delete()
    return event
