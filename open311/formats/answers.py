"""An answer in the format that the address's suffix names."""

import hashlib

from django.http import HttpResponse
from django.utils.cache import get_conditional_response

from open311.formats.document import Listing, Single, as_json, as_xml

PREFIX = "/open311/"
_WRITERS = {"xml": as_xml, "json": as_json}
_TYPES = {"xml": "text/xml", "json": "application/json"}


def is_asked(request) -> bool:
    """Whether another system asks, which must never read a page."""
    return request.path_info.startswith(PREFIX)


def answer(
    request,
    document: Listing | Single,
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
    max_age: int | None = None,
    charset: bool = True,
    is_private: bool = False,
) -> HttpResponse:
    """Return the document as an HTTP response.

    One that may be kept has an ETag, and is a 304 to who has it: `max_age` are the seconds for
    which nobody asks again, 0 to ask each time, None: not kept. `is_private`: no cache that others
    share keeps it.
    """
    # JSON too where no suffix tells, as for an address that does not exist.
    kind = "xml" if request.path_info.endswith(".xml") else "json"
    content_type = _TYPES[kind] + ("; charset=utf-8" if charset else "")
    content = _WRITERS[kind](document)
    response = HttpResponse(content, content_type, status, headers=headers)
    if max_age is None:
        response.headers.setdefault("Cache-Control", "no-store")
        return response
    scope = "private" if is_private else "public"
    response["Cache-Control"] = f"{scope}, max-age={max_age}" if max_age else f"{scope}, no-cache"
    response["ETag"] = f'"{hashlib.blake2b(content, digest_size=16).hexdigest()}"'
    return get_conditional_response(request, etag=response["ETag"], response=response)
