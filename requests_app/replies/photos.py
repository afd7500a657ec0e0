"""The photos of an answer, a comment or a dispute that is still being written.

A browser takes them along with the form. One that it cannot draw (HEIC) it sends before, so that
its writer sees what the city made of it; the form then names it, as after a try that was refused.
"""

from functools import partial

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from requests_app.errors import IllegalTransition
from requests_app.middleware import get_or_create_device, refuse_staff
from requests_app.models import Device, Photo
from requests_app.photos import form_upload, uploading
from requests_app.tracking.access import get_request

KINDS = (Photo.Kind.COMMENT, Photo.Kind.DISPUTE)


@require_POST
def photos(request, reference, action) -> HttpResponse:
    """Keep one photo for this reply. Answers its tile (201), or what is wrong (422)."""
    refuse_staff(request)
    if action.verb not in get_request(request, reference).verbs:
        raise IllegalTransition
    keep = partial(uploading.keep, kind=action.form.kind, device=get_or_create_device(request))
    return form_upload.answer_one(request, keep, "requests_app/replies/reply_photo.html")


@require_POST
def photo(request, photo_id) -> HttpResponse:
    """Take it out again; one that is gone, was sent, or is somebody else's is no mistake."""
    key_hash = Device.hash_key(request.device_key)
    mine = Photo.objects.unattached().filter(device__key_hash=key_hash, kind__in=KINDS)
    for kept in mine.filter(pk=photo_id):
        uploading.remove(kept)
    return HttpResponse(status=204)
