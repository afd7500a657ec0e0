"""Refusal of forms that are not UTF-8. Django would replace what it cannot decode by U+FFFD."""

import codecs
from collections.abc import Buffer
from urllib.parse import unquote_to_bytes

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

from lib.http import Middleware

STRICT_CODEC = "utf-8-or-refuse"
_URLENCODED, _MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"


class UnreadableText(BadRequest):
    """The text of a form is not UTF-8."""


def refuse_unreadable_text(request: HttpRequest) -> None:
    """Raise UnreadableText for a form that is not UTF-8. Other methods than POST pass.

    For a multipart form, set `request.encoding` so that the first access to `request.POST` raises
    UnreadableText.
    """
    if request.method != "POST":
        return
    if request.content_type == _MULTIPART:
        request.encoding = STRICT_CODEC
    elif request.content_type == _URLENCODED:
        _decode_strictly(unquote_to_bytes(request.body))


class StrictEncodingMiddleware(Middleware):
    """Middleware that refuses forms that are not UTF-8."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        refuse_unreadable_text(request)
        return self.get_response(request)


def _decode_strictly(data: Buffer, _errors: str = "strict", /) -> tuple[str, int]:
    """Return the text of UTF-8 data and its length in bytes. Raise UnreadableText.

    The caller's error handler is ignored.
    """
    try:
        return codecs.utf_8_decode(data, "strict", True)
    except UnicodeDecodeError as error:
        raise UnreadableText("The form's text is not UTF-8.") from error


def _find_codec(name: str) -> codecs.CodecInfo | None:
    """Return the codec that refuses broken UTF-8 if `name` is STRICT_CODEC, else None.

    It is a search function for codecs.register().
    """
    if name.replace("_", "-") != STRICT_CODEC:
        return None
    return codecs.CodecInfo(codecs.utf_8_encode, _decode_strictly, name=STRICT_CODEC)


codecs.register(_find_codec)
