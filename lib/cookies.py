"""Cookies, each with a plain name for the code and a prefixed name for browsers.

With https the prefix is `__Host-`: browsers accept such a cookie only over https, for this host and
all its paths, and from no other host of the city's domain.
"""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage
from django.http import HttpRequest
from django.http.response import HttpResponseBase

PREFIX = "__Host-"
SECONDS_PER_DAY = 60 * 60 * 24
# How long a browser keeps each cookie, in seconds; None means until the browser is closed.
MAX_AGES = {
    "device": 400 * SECONDS_PER_DAY,
    "known": 180 * SECONDS_PER_DAY,
    "here": None,
    "signed_out": 7 * SECONDS_PER_DAY,
}
_DJANGO_MAX_AGES = {
    "sessionid": 14 * SECONDS_PER_DAY,
    "csrftoken": 400 * SECONDS_PER_DAY,
    "django_language": 400 * SECONDS_PER_DAY,
}
_READABLE_BY_SCRIPTS = {"csrftoken"}


def browser_cookie_name(plain: str) -> str:
    """Return the name under which browsers store the cookie: with the prefix COOKIE_PREFIX."""
    return settings.COOKIE_PREFIX + plain


def read_cookie(request: HttpRequest, plain: str) -> str:
    """Return the value of the cookie with the prefixed name of `plain`, "" if it is missing."""
    return request.COOKIES.get(browser_cookie_name(plain), "")


def delete_cookie(response: HttpResponseBase, plain: str) -> None:
    """Delete the cookie that browsers store under the prefixed name of `plain`."""
    response.delete_cookie(browser_cookie_name(plain), samesite="Lax")


def set_cookie(response: HttpResponseBase, plain: str, value: str) -> None:
    """Set the cookie under its prefixed name, with its lifetime in MAX_AGES or Django's.

    Scripts can read csrftoken only. Raise KeyError for a name without a lifetime.
    """
    response.set_cookie(
        browser_cookie_name(plain),
        value,
        max_age=(MAX_AGES | _DJANGO_MAX_AGES)[plain],
        httponly=plain not in _READABLE_BY_SCRIPTS,
        samesite="Lax",
        secure=settings.HTTPS,
    )


class MessageStorage(FallbackStorage):
    """Django's message storage, with a prefixed name for its cookie."""

    class Cookie(CookieStorage):
        def __init__(self, request: HttpRequest, *args, **kwargs) -> None:
            super().__init__(request, *args, **kwargs)
            self.cookie_name = browser_cookie_name("messages")

    storage_classes = (Cookie, SessionStorage)
