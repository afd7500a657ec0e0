"""The public sizes of a photo, to those who may see what it belongs to."""

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse, HttpResponseNotModified
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from requests_app.models import Photo
from requests_app.permissions import is_staff_of, may_see

# Ten minutes: a photo that is hidden or blacked out must vanish from caches that nobody can reach.
PUBLIC = "public, max-age=600"
OWN = "private, no-store"


@require_safe
def photo(request, key, size):
    shown = Photo.objects.select_related("service_request").filter(key=key).first()
    if shown is None or size not in Photo.SIZES or not _may_see(request, shown):
        raise Http404
    if not shown.is_ready:
        waits = shown.state == Photo.State.WAITING
        text = _("The photo is being prepared") if waits else _("This photo could not be read")
        return _placeholder(text)
    etag = f'"{key}-{size}"'
    is_public = _is_public(shown)
    if is_public and request.headers.get("If-None-Match") == etag:
        return _with_headers(HttpResponseNotModified(), etag, is_public)
    return _stored(shown, size, etag, is_public)


def _may_see(request, shown):
    row = shown.service_request
    if row is None:
        return _uploaded_it(request, shown)
    if shown.is_hidden:
        return is_staff_of(request.person, row)
    return may_see(request.person, row)


def _uploaded_it(request, shown):
    """A loose photo is seen by whoever uploaded it, and by nobody else."""
    if request.user.is_authenticated:
        return shown.user_id == request.user.pk
    return shown.device_id is not None and shown.device_id == request.person.pk


def _is_public(shown):
    row = shown.service_request
    return row is not None and row.is_public and not shown.is_hidden


def _stored(shown, size, etag, is_public):
    try:
        file = default_storage.open(shown.stored(size))
    except FileNotFoundError:
        return _placeholder(_("This photo is not there any more"))
    except OSError:
        return _placeholder(_("This photo cannot be shown right now"), status=503)
    response = FileResponse(file, content_type="image/webp", filename=f"{shown.key}-{size}.webp")
    return _with_headers(response, etag, is_public)


def _with_headers(response, etag, is_public):
    """Nothing in a stranger's picture is ever run, whatever a browser takes it for."""
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = PUBLIC if is_public else OWN
    if is_public:
        response["ETag"] = etag
    return response


def _placeholder(text, status=404):
    """A drawing that says what is wrong; browsers show it although it comes with an error."""
    drawing = render_to_string("components/no_photo.svg", {"text": text})
    response = HttpResponse(drawing, status=status, content_type="image/svg+xml")
    if status == 503:
        response["Retry-After"] = "30"
    return _with_headers(response, "", is_public=False)
