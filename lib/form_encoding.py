"""Forms whose text is not UTF-8, refused where Django would put U+FFFD for what it cannot read."""

import codecs
from urllib.parse import unquote_to_bytes

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

from lib.http import Middleware

STRICT = "utf-8-or-refuse"
_URLENCODED, _MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"


class UnreadableText(BadRequest):
    """The text of a form is not UTF-8."""


def refuse_unreadable_text(request: HttpRequest) -> None:
    """Raise UnreadableText for a form that is not UTF-8.

    Of a form with files the text is known only once it is parsed, so there it is raised by the
    first access to `request.POST`.
    """
    if request.method != "POST":
        return
    if request.content_type == _MULTIPART:
        request.encoding = STRICT
    elif request.content_type == _URLENCODED:
        _decode(unquote_to_bytes(request.body))


class RefuseUnreadableText(Middleware):
    """Refuse forms that are not UTF-8, before anything reads them."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        refuse_unreadable_text(request)
        return self.get_response(request)


def _decode(data: bytes, _errors: str = "strict") -> tuple[str, int]:
    """Decode UTF-8, or raise UnreadableText whatever the caller wants done with errors."""
    try:
        return codecs.utf_8_decode(data, "strict", True)
    except UnicodeDecodeError as error:
        raise UnreadableText("The form's text is not UTF-8.") from error


def _find_codec(name: str) -> codecs.CodecInfo | None:
    if name.replace("_", "-") != STRICT:
        return None
    return codecs.CodecInfo(codecs.utf_8_encode, _decode, name=STRICT)


codecs.register(_find_codec)
