"""The public sizes of a photo, to those who may see what it belongs to."""

import textwrap

from django.http import Http404, HttpResponse, HttpResponseNotModified, JsonResponse
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

# Ten minutes: a photo that is hidden or blacked out must vanish from caches that nobody can reach.
PUBLIC = "public, max-age=600"
LINE = 24  # letters: a small square tile cuts the drawing at its sides


@require_POST
def incoming_photo(request) -> HttpResponse:
    """Where this browser may send one photo itself; 204: it goes with its form, as any file."""
    ensure_device_key(request)
    offer = direct_upload.offer(direct_upload.owner_of(request), request.POST.get("kind", ""))
    return JsonResponse(offer, status=201) if offer else HttpResponse(status=204)


@require_safe
def photo(request, key, size) -> HttpResponse:
    shown = Photo.objects.select_related("service_request").filter(key=key).first()
    if shown and shown.service_request and photo_link.has_forged_signature(request, shown):
        record_action_once_a_minute(
            Kind.LINK_REFUSED, target=f"photo:{shown.pk}", result="bad signature"
        )
    if shown is None or size not in Photo.SIZES or not _may_see(request, shown):
        raise Http404
    if shown.service_request and not _needs_no_link(request, shown):
        return _with_headers(redirect(shown.url(size)), "", is_public=False)
    if not shown.is_ready:
        waits = shown.state == Photo.State.WAITING
        text = _("The photo is being prepared") if waits else _("This photo couldn't be read")
        return _placeholder(text)
    etag = f'"{key}-{size}"'
    is_public = photo_link.is_public_photo(shown)
    if is_public and request.headers.get("If-None-Match") == etag:
        return _with_headers(HttpResponseNotModified(), etag, is_public)
    return _stored(request, shown, size, etag, is_public)


def _may_see(request, shown) -> bool:
    """On the photos' own host nobody is known: there the signed link is the permission."""
    if photo_link.is_on_photo_host(request):
        return shown.service_request is not None and _needs_no_link(request, shown)
    return may_see_photo(request.person, shown)


def _needs_no_link(request, shown) -> bool:
    """What is not for everybody is seen by a link that is over soon; who may see it gets one."""
    return photo_link.is_public_photo(shown) or photo_link.has_valid_signature(request, shown)


def _stored(request, shown, size, etag, is_public) -> HttpResponse:
    try:
        with default_storage.open(shown.storage_name(size)) as file:
            content = file.read()
    except FileNotFoundError:
        return _placeholder(_("This photo is no longer available"))
    except OSError:
        return _placeholder(_("This photo can't be shown right now"), status=503)

    def make(part) -> HttpResponse:
        return HttpResponse(content[part.start : part.stop], content_type="image/webp")

    response = build_range_response(request, len(content), etag, make)
    response["Content-Disposition"] = f'inline; filename="{shown.key}-{size}.webp"'
    return _with_headers(response, etag, is_public)


def _with_headers(response, etag, is_public) -> HttpResponse:
    """Nothing in a stranger's picture is ever run, whatever a browser takes it for."""
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"  # Open311's readers show them too
    response["Cache-Control"] = PUBLIC if is_public else PRIVATE_CACHE_CONTROL
    if is_public:
        response["ETag"] = etag
    return response


def _placeholder(text, status=404) -> HttpResponse:
    """A drawing that says what is wrong; browsers show it although it comes with an error."""
    lines = textwrap.wrap(text, width=LINE)
    drawing = render_to_string("components/no_photo.svg", {"text": text, "lines": lines})
    response = HttpResponse(drawing, status=status, content_type="image/svg+xml")
    if status == 503:
        response["Retry-After"] = "30"
    return _with_headers(response, "", is_public=False)
