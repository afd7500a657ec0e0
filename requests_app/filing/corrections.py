"""A correction of a report that was sent, written on the pages of a report and sent as one verb."""

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
    Device.objects.select_for_update().get(pk=by.pk)  # two taps begin one draft
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
    """Return the photos that the request will have: those it has, and those of the draft."""
    kept = list(_find_kept_photos(draft)) if draft.corrects_id else []
    return kept + list(draft.photos.all())


def remove_photo(draft: Draft, photo_id: str) -> None:
    """Remove the photo with this id from the request when the correction is sent, if it has one."""
    ids = {str(photo.pk): photo.pk for photo in _find_kept_photos(draft)}
    if photo_id in ids:
        draft.removed_photos = [*draft.removed_photos, ids[photo_id]]
        draft.save(update_fields=["removed_photos"])


def _find_kept_photos(draft: Draft) -> PhotoQuerySet:
    photos = draft.corrects.photos.filter(kind=Photo.Kind.REPORT, is_hidden=False)
    return photos.exclude(pk__in=draft.removed_photos).exclude(state=Photo.State.UNREADABLE)


def find_stale_view(draft: Draft) -> StaleView | None:
    """Return the error that tells what happened since the draft was begun, None if nothing did."""
    try:
        workflow.check_not_stale(draft.corrects, draft.seen)
    except StaleView as changes:
        return changes
    return None


@transaction.atomic
def send_correction(draft: Draft, *, seen: int) -> Event:
    """Carry out the correction and delete the draft. `seen` is the last event that was shown.

    Raise InvalidInput, whose field names the step to go to, and the errors of the workflow.
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
