"""The public sizes of a photo, and direct uploads."""

import textwrap

from django.http import Http404, HttpResponse, HttpResponseNotModified, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lib.http import PRIVATE_CACHE_CONTROL, build_range_response
from lib.security_log import Kind, record_action_once_a_minute
from lib.storage import default_storage
from requests_app.middleware import ensure_device_key
from requests_app.models import Photo, photo_link
from requests_app.permissions import may_see_photo
from requests_app.photos import direct_upload

# Ten minutes: a hidden or redacted photo must expire also in caches that cannot be purged.
PUBLIC_CACHE = "public, max-age=600"
MAX_LINE_LENGTH = 24  # letters: a small square tile crops the drawing at the sides


@require_POST
def offer_direct_upload(request) -> HttpResponse:
    """Return the form of a direct upload as JSON (201), or 204 if the photo goes with its form."""
    ensure_device_key(request)
    offer = direct_upload.create_upload_form(
        direct_upload.owner_key(request), request.POST.get("kind", "")
    )
    return JsonResponse(offer, status=201) if offer else HttpResponse(status=204)


@require_safe
def serve_photo(request, key: str, size: int) -> HttpResponseBase:
    """Return a size of the photo with this key. Raise Http404 if the person may not see it.

    A photo that is not public redirects to a signed URL that expires soon. A photo without sizes is
    a placeholder (404). A forged signature is recorded as LINK_REFUSED, once a minute.
    """
    shown = Photo.objects.select_related("service_request").filter(key=key).first()
    if shown and shown.service_request and photo_link.has_forged_signature(request, shown):
        record_action_once_a_minute(
            Kind.LINK_REFUSED, target=f"photo:{shown.pk}", result="bad signature"
        )
    if shown is None or size not in Photo.SIZES or not _may_see(request, shown):
        raise Http404
    if shown.service_request and not _is_shown_without_redirect(request, shown):
        return _add_headers(redirect(shown.url(size)), "", is_public=False)
    if not shown.is_ready:
        waits = shown.state == Photo.State.WAITING
        text = _("The photo is being prepared") if waits else _("This photo couldn't be read")
        return _render_placeholder(text)
    etag = f'"{key}-{size}"'
    is_public = photo_link.is_public_photo(shown)
    if is_public and request.headers.get("If-None-Match") == etag:
        return _add_headers(HttpResponseNotModified(), etag, is_public)
    return _serve_stored_size(request, shown, size, etag, is_public)


def _may_see(request, shown) -> bool:
    """Return True if the person may see the photo; on the photo host, if the URL is signed."""
    if photo_link.is_on_photo_host(request):
        return shown.service_request is not None and _is_shown_without_redirect(request, shown)
    return may_see_photo(request.person, shown)


def _is_shown_without_redirect(request, shown: Photo) -> bool:
    """Return True if the photo is public, or the URL is signed."""
    return photo_link.is_public_photo(shown) or photo_link.has_valid_signature(request, shown)


def _serve_stored_size(
    request, shown: Photo, size: int, etag: str, is_public: bool
) -> HttpResponseBase:
    """Return the file or the range asked for; a placeholder if it is missing or unavailable.

    The placeholder has the status 404 for a missing file, 503 if the storage is unavailable.
    """
    try:
        with default_storage.open(shown.storage_name(size)) as file:
            content = file.read()
    except FileNotFoundError:
        return _render_placeholder(_("This photo is no longer available"))
    except OSError:
        return _render_placeholder(_("This photo can't be shown right now"), status=503)

    def make(part: range) -> HttpResponse:
        return HttpResponse(content[part.start : part.stop], content_type="image/webp")

    response = build_range_response(request, len(content), etag, make)
    response["Content-Disposition"] = f'inline; filename="{shown.key}-{size}.webp"'
    return _add_headers(response, etag, is_public)


def _add_headers[R: HttpResponseBase](response: R, etag: str, is_public: bool) -> R:
    """Set the headers for caches and against running a stranger's file; return `response`.

    The ETag is set for a public photo only.
    """
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"  # Open311 clients embed photos
    response["Cache-Control"] = PUBLIC_CACHE if is_public else PRIVATE_CACHE_CONTROL
    if is_public:
        response["ETag"] = etag
    return response


def _render_placeholder(text: str, status: int = 404) -> HttpResponse:
    """Return an SVG with `text`, which browsers show in place of the photo despite the status."""
    lines = textwrap.wrap(text, width=MAX_LINE_LENGTH)
    drawing = render_to_string("components/no_photo.svg", {"text": text, "lines": lines})
    response = HttpResponse(drawing, status=status, content_type="image/svg+xml")
    if status == 503:
        response["Retry-After"] = "30"
    return _add_headers(response, "", is_public=False)
