"""Photos of an answer, a comment or a dispute that is still being written.

Browsers send photos with the form. A photo that the browser cannot show (HEIC) is uploaded before,
so that its writer can see it; the form then contains its id, as after a refused try.
"""

from functools import partial
from uuid import UUID

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_POST

from requests_app.errors import IllegalTransition
from requests_app.middleware import get_or_create_device, refuse_staff
from requests_app.models import Device, Photo
from requests_app.photos import form_upload, uploading
from requests_app.replies.forms import PhotoReplyForm
from requests_app.replies.page import ReplyAction
from requests_app.tracking.access import get_request_access

KINDS = (Photo.Kind.COMMENT, Photo.Kind.DISPUTE)


@require_POST
def upload_photo(request, reference: str, action: ReplyAction) -> HttpResponse:
    """Keep one photo for this reply; return its tile (201), or an error as JSON (422, 413, 410).

    Raise IllegalTransition if the reply is not possible now, Http404 for a reply without photos,
    and NotAllowed for staff.
    """
    refuse_staff(request)
    if action.verb not in get_request_access(request, reference).available_verbs:
        raise IllegalTransition
    if not issubclass(action.form, PhotoReplyForm):
        raise Http404
    kind, device = action.form.kind, get_or_create_device(request)
    keep = partial(uploading.keep_photo, kind=kind, device=device)
    return form_upload.respond_to_upload(request, keep, "requests_app/replies/reply_photo.html")


@require_POST
def remove_photo(request, photo_id: UUID) -> HttpResponse:
    """Delete the photo, if it is this device's and was not sent; return 204 in any case."""
    key_hash = Device.hash_key(request.device_key)
    mine = Photo.objects.unattached().filter(device__key_hash=key_hash, kind__in=KINDS)
    for kept in mine.filter(pk=photo_id):
        uploading.delete_loose_photo(kept)
    return HttpResponse(status=204)
