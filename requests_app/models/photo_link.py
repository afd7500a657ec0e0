"""Where a photo is seen: for good, if everybody may see it, and else by a link that is over soon.

A link to a photo that is not for everybody is signed, holds for ten to twenty minutes, and is
worth nothing once the photo is hidden (or shown again). On the application's own host it is not
enough: there the person must be allowed to see the photo, too. On a host of the photos' own
(`PHOTO_HOST`), which gets no cookies, it is all there is.
"""

import hmac

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from lib import clock
from lib.http import get_photo_host, parse_number

STEP = 600
"""Seconds. Links made within one step are the same, so that browsers keep what they have."""


def address(photo, size: int) -> str:
    """For whoever is shown a page with this photo on it. Reads its request, if it has one."""
    if photo.service_request_id is None:
        return path(photo, size)  # its taker's alone, who is known by a cookie
    if is_public(photo):
        return settings.PHOTO_ORIGIN + path(photo, size)
    until = (int(clock.now().timestamp()) // STEP + 2) * STEP
    signature = _signature(photo, until, is_hidden=photo.is_hidden)
    query = f"?until={until}&signature={signature}"
    return settings.PHOTO_ORIGIN + path(photo, size) + query


def path(photo, size: int) -> str:
    """The same for good, on the application's own host; who may not see it finds nothing there."""
    return reverse("photo", args=[photo.key, size])


def is_public(photo) -> bool:
    row = photo.service_request
    return row is not None and row.is_public and not photo.is_hidden


def is_signed(request: HttpRequest, photo) -> bool:
    """Whether the link that was followed is ours, for this photo as it is now, and not over."""
    until, given = parse_number(request.GET.get("until")), request.GET.get("signature", "")
    if until is None:
        return False
    expected = _signature(photo, until, is_hidden=photo.is_hidden)
    is_ours = hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())
    return is_ours and clock.now().timestamp() < until


def has_forged_signature(request: HttpRequest, photo) -> bool:
    """Return whether the link carries a signature that was never made for this photo.

    A link that is over, or was made before the photo was hidden or shown again, is no forgery:
    pages that stay open hold such links.
    """
    until, given = parse_number(request.GET.get("until")), request.GET.get("signature", "")
    if not given or is_public(photo):
        return False
    if until is None:
        return True
    sent = given.encode("utf-8", "replace")
    made = [_signature(photo, until, is_hidden=hidden) for hidden in (False, True)]
    return not any(hmac.compare_digest(sent, each.encode()) for each in made)


def is_on_own_host(request: HttpRequest) -> bool:
    """Whether it came to the host that has nothing but photos."""
    return bool(settings.PHOTO_ORIGIN) and request.get_host() == get_photo_host()


def _signature(photo, until: int, *, is_hidden: bool) -> str:
    content = f"photo link\0{photo.key}\0{until}\0{is_hidden}"
    return hmac.digest(settings.LINK_SECRET.encode(), content.encode(), "sha256")[:16].hex()
