"""The photos of a report before it is sent: added and taken out again, one by one."""

from functools import partial

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
def upload_photo(request, draft_id) -> HttpResponse:
    """One photo sent by a script while the person goes on. Answers its tile, or what is wrong."""
    draft = get_or_create_draft(request, draft_id)
    if draft.service_request_id:
        return JsonResponse({"sent": True}, status=409)
    template = "requests_app/filing/photo.html"
    return form_upload.answer_one(request, partial(_keep_photo, draft), template, draft_id=draft_id)


@require_POST
def remove_photo(request, draft_id, photo_id) -> HttpResponseRedirect:
    """Take a photo out again; one that is gone already is no mistake."""
    draft = find_draft(request, draft_id)
    if draft:
        delete_photo(draft, photo_id)
    return redirect(CATEGORY_STEP.url(draft_id))


def add_photos(draft, files) -> FormPhotos:
    """Keep as many of `files` as may be kept."""
    return form_upload.keep_each(files, partial(_keep_photo, draft))


@transaction.atomic
def delete_photo(draft, photo_id) -> None:
    """Remove a photo of this draft, or of the request that it corrects, if it is one.

    `photo_id` may be any text.
    """
    draft = _lock_draft(draft)
    for kept in draft.photos.loose():
        if str(kept.pk) == str(photo_id):
            uploading.remove(kept)
    if draft.corrects_id:
        corrections.remove_photo(draft, str(photo_id))


@transaction.atomic
def _keep_photo(draft, file) -> Photo:
    draft = _lock_draft(draft)
    if draft.service_request_id:
        raise InvalidInput("photos", _("This report was sent before the photo arrived."))
    uploading.check_count(len(corrections.list_photos(draft)))
    return uploading.keep(file, kind=Photo.Kind.REPORT, draft=draft, device=draft.device)


def _lock_draft(draft) -> Draft:
    """One at a time per draft, and none while it is being sent."""
    return Draft.objects.select_for_update().get(pk=draft.pk)
