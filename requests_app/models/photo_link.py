"""URLs of photos: permanent for public photos, signed and temporary for others.

A signed URL is valid for ten to twenty minutes, and invalid once the photo is hidden or shown
again. On the application's own host, the person must also be allowed to see the photo. On a
separate PHOTO_HOST, which gets no cookies, the signature alone is checked.
"""

import hmac
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from lib import clock
from lib.http import get_photo_host, parse_number

if TYPE_CHECKING:
    from requests_app.models.photo import Photo

STEP_SECONDS = 600
"""URLs made within the same step are equal, so that browsers can use their caches."""


def photo_url(photo: "Photo", size: int) -> str:
    """Return the URL for a person to whom a page shows the photo. Reads the photo's request.

    The URL is a path for an unattached photo, an absolute URL (if there is a PHOTO_ORIGIN) for
    others. The URL of a photo that is not public is signed and expires after ten to twenty minutes.
    """
    if photo.service_request_id is None:
        return photo_path(photo, size)  # only its uploader may see it, who is known by a cookie
    if is_public_photo(photo):
        return settings.PHOTO_ORIGIN + photo_path(photo, size)
    until = (int(clock.now().timestamp()) // STEP_SECONDS + 2) * STEP_SECONDS
    signature = _signature(photo, until, is_hidden=photo.is_hidden)
    query = f"?until={until}&signature={signature}"
    return settings.PHOTO_ORIGIN + photo_path(photo, size) + query


def photo_path(photo: "Photo", size: int) -> str:
    """Return the path of the photo in this size (width in pixels), without host and signature."""
    return reverse("photo", args=[photo.key, size])


def is_public_photo(photo: "Photo") -> bool:
    """Return whether the photo and its request are public; False for an unattached photo."""
    row = photo.service_request
    return row is not None and row.is_public and not photo.is_hidden


def has_valid_signature(request: HttpRequest, photo: "Photo") -> bool:
    """Return whether the request's signature is valid for the photo as it is now.

    False without a signature, and for an expired one.
    """
    until, given = parse_number(request.GET.get("until")), request.GET.get("signature", "")
    if until is None:
        return False
    expected = _signature(photo, until, is_hidden=photo.is_hidden)
    is_ours = hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())
    return is_ours and clock.now().timestamp() < until


def has_forged_signature(request: HttpRequest, photo: "Photo") -> bool:
    """Return whether the request has a signature that was never valid for this photo.

    An expired signature, or one from before the photo was hidden or shown, is not forged. False
    without a signature and for a public photo.
    """
    until, given = parse_number(request.GET.get("until")), request.GET.get("signature", "")
    if not given or is_public_photo(photo):
        return False
    if until is None:
        return True
    sent = given.encode("utf-8", "replace")
    made = [_signature(photo, until, is_hidden=hidden) for hidden in (False, True)]
    return not any(hmac.compare_digest(sent, each.encode()) for each in made)


def is_on_photo_host(request: HttpRequest) -> bool:
    """Return whether the request came to the separate host of photos."""
    return bool(settings.PHOTO_ORIGIN) and request.get_host() == get_photo_host()


def _signature(photo: "Photo", until: int, *, is_hidden: bool) -> str:
    """Return the HMAC of the photo's key, `until` (Unix time) and `is_hidden`: 32 hex digits."""
    content = f"photo link\0{photo.key}\0{until}\0{is_hidden}"
    return hmac.digest(settings.LINK_SECRET.encode(), content.encode(), "sha256")[:16].hex()
