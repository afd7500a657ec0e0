"""Required changes of passwords that somebody else set, or that are too short."""

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.http import HttpRequest

from accounts import passwords
from accounts.models import User

_SESSION_KEY = "must_change_password"  # in a session that began with such a password


def require_change_if_short(user: User, password: str) -> None:
    """Set and save `must_change_password` if the right `password` is too short.

    Demo accounts are exempt.
    """
    if passwords.is_too_short(user, password) and not settings.DEMO_MODE:
        user.must_change_password = True
        user.save(update_fields=["must_change_password"])


def require_change_in_session(request: HttpRequest, user: User) -> None:
    """Mark the session if the user signed in with a password that must be changed."""
    records = get_authentication_records(request, user)
    if user.must_change_password and any(each["method"] == "password" for each in records):
        request.session[_SESSION_KEY] = True


def is_change_required(request: HttpRequest) -> bool:
    """Return True if the session is marked; no query for a visitor without a session."""
    has_session = settings.SESSION_COOKIE_NAME in request.COOKIES
    return has_session and request.session.get(_SESSION_KEY, False)


def clear_required_change(request: HttpRequest) -> None:
    """Remove the mark from the session; the user's row does not change."""
    request.session.pop(_SESSION_KEY, None)
