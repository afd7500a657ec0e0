"""Adding and removing the photos of a report that was not sent yet."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from requests_app.errors import InvalidInput
from requests_app.filing import corrections
from requests_app.filing.steps.sequence import (
    CATEGORY_STEP,
    find_draft,
    get_or_create_draft,
    require_device_key,
)
from requests_app.models import Draft, Photo
from requests_app.photos import form_upload, uploading
from requests_app.photos.form_upload import FormPhotos


@require_POST
@require_device_key
def upload_photo(request, draft_id: UUID) -> HttpResponse:
    """Keep one photo that a script sent in the background; return its tile or its error.

    The tile is HTML with a 201, an error JSON with the status of the InvalidInput. Return 409 if
    the report was sent already.
    """
    draft = get_or_create_draft(request, draft_id)
    if draft.service_request_id:
        return JsonResponse({"sent": True}, status=409)
    template = "requests_app/filing/photo.html"
    return form_upload.respond_to_upload(
        request, partial(_keep_photo, draft), template, draft_id=draft_id
    )


@require_POST
def remove_photo(request, draft_id: UUID, photo_id: UUID) -> HttpResponseRedirect:
    """Remove the photo from the draft (`delete_photo`), and redirect to the category step.

    An unknown draft or photo redirects, too. Raise Http404 for a draft of another browser.
    """
    draft = find_draft(request, draft_id)
    if draft:
        delete_photo(draft, photo_id)
    return redirect(CATEGORY_STEP.url(draft_id))


def add_photos(draft: Draft, files: Sequence[UploadedFile]) -> FormPhotos:
    """Add `files` to the draft; return the kept photos and the error messages of the others."""
    return form_upload.keep_files(files, partial(_keep_photo, draft))


@transaction.atomic
def delete_photo(draft: Draft, photo_id: UUID | str) -> None:
    """Delete this photo of the draft. In a correction, mark a photo of its request for removal.

    Do nothing if neither has a photo with this id.
    """
    draft = _lock_draft(draft)
    for kept in draft.photos.unattached():
        if str(kept.pk) == str(photo_id):
            uploading.delete_loose_photo(kept)
    if draft.corrects_id:
        corrections.remove_photo(draft, str(photo_id))


@transaction.atomic
def _keep_photo(draft: Draft, file: UploadedFile) -> Photo:
    """Add `file` to the draft, and return its photo.

    Raise InvalidInput if the draft was sent, TooManyItems if it has MAX_PHOTOS, and the errors of
    `uploading.keep_photo`.
    """
    draft = _lock_draft(draft)
    if draft.service_request_id:
        raise InvalidInput("photos", _("This report was sent before the photo arrived."))
    uploading.check_photo_count(len(corrections.list_photos(draft)))
    return uploading.keep_photo(file, kind=Photo.Kind.REPORT, draft=draft, device=draft.device)


def _lock_draft(draft: Draft) -> Draft:
    """Return the draft, locked against concurrent changes of its photos and against sending."""
    return Draft.objects.select_for_update().get(pk=draft.pk)
