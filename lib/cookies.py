"""Cookies, each under one name for the code and one for browsers.

With https the latter begins with `__Host-`: browsers take such a cookie only over https, for the
whole of this host, and from no other host of the city's domain.
"""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage

from lib.http import Middleware

PREFIX = "__Host-"
DAY = 60 * 60 * 24
# How long a browser keeps each, in seconds; None: until it is closed.
LASTS = {"device": 400 * DAY, "known": 180 * DAY, "here": None, "signed_out": 7 * DAY}
_DJANGOS = {"sessionid": 14 * DAY, "csrftoken": 400 * DAY, "django_language": 400 * DAY}
_FOR_SCRIPTS = {"csrftoken"}
_OLD_PATHS = {"known": "/accounts/"}  # others were for the whole host already


def name_of(plain) -> str:
    """What browsers call it."""
    return settings.COOKIE_PREFIX + plain


def read(request, plain) -> str:
    """What this browser sent, or ""."""
    return request.COOKIES.get(name_of(plain), "")


def drop(response, plain):
    response.delete_cookie(name_of(plain), samesite="Lax")


def put(response, plain, value):
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
        def cookie_name(self):
            return name_of("messages")

    storage_classes = (Cookie, SessionStorage)


class ReplaceOldNames(Middleware):
    """A browser from before the prefix sends its cookies by their plain names: once, for they are
    answered with the new ones.

    Plain names count only in a browser that has no new name yet, for another host of the domain
    could set them. What proves itself counts later too: it is sent to its own path alone.
    """

    def __call__(self, request):
        old = _old_ones(request.COOKIES)
        request.COOKIES |= {name_of(plain): value for plain, value in old.items()}
        response = self.get_response(request)
        for plain, value in old.items():
            if name_of(plain) not in response.cookies:
                put(response, plain, value)
            response.delete_cookie(plain, path=_OLD_PATHS.get(plain, "/"), samesite="Lax")
        return response


def _old_ones(sent) -> dict[str, str]:
    if not settings.COOKIE_PREFIX:
        return {}
    are_new = any(name.startswith(PREFIX) for name in sent)
    wanted = _OLD_PATHS.keys() if are_new else LASTS.keys() | _DJANGOS.keys()
    return {name: sent[name] for name in wanted & sent.keys() if name_of(name) not in sent}
