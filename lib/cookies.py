"""Cookies, each under one name for the code and one for browsers.

With https the latter begins with `__Host-`: browsers take such a cookie only over https, for the
whole of this host, and from no other host of the city's domain.
"""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage

PREFIX = "__Host-"
DAY = 60 * 60 * 24
# How long a browser keeps each, in seconds; None: until it is closed.
LASTS = {"device": 400 * DAY, "known": 180 * DAY, "here": None, "signed_out": 7 * DAY}
_DJANGOS = {"sessionid": 14 * DAY, "csrftoken": 400 * DAY, "django_language": 400 * DAY}
_FOR_SCRIPTS = {"csrftoken"}


def name_of(plain) -> str:
    """What browsers call it."""
    return settings.COOKIE_PREFIX + plain


def read(request, plain) -> str:
    """What this browser sent, or ""."""
    return request.COOKIES.get(name_of(plain), "")


def drop(response, plain) -> None:
    response.delete_cookie(name_of(plain), samesite="Lax")


def put(response, plain, value) -> None:
    response.set_cookie(
        name_of(plain),
        value,
        max_age=(LASTS | _DJANGOS)[plain],
        httponly=plain not in _FOR_SCRIPTS,
        samesite="Lax",
        secure=settings.HTTPS,
    )


class Messages(FallbackStorage):
    """Django's own, whose cookie has the name that others have here."""

    class Cookie(CookieStorage):
        @property
        def cookie_name(self) -> str:
            return name_of("messages")

    storage_classes = (Cookie, SessionStorage)
