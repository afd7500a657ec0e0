"""A password that somebody else set, or that is too short, is changed once it signs in."""

from allauth.account.authentication import get_authentication_records
from django.conf import settings

from accounts import passwords

_SESSION_KEY = "must_change_password"  # in a session that began with such a password


def require_change_if_short(person, password) -> None:
    """Demand a change of a right password that is shorter than what is asked now.

    The demo's own people have a short one, which everybody may read.
    """
    if passwords.is_too_short(person, password) and not settings.DEMO_MODE:
        person.must_change_password = True
        person.save(update_fields=["must_change_password"])


def require_change_in_session(request, person) -> None:
    """Demand a change in this session if its person came in with a password to be changed."""
    records = get_authentication_records(request, person)
    if person.must_change_password and any(each["method"] == "password" for each in records):
        request.session[_SESSION_KEY] = True


def is_change_required(request) -> bool:
    """Return whether it is. Asks no database; of a visitor without a session, nothing at all."""
    has_session = settings.SESSION_COOKIE_NAME in request.COOKIES
    return has_session and request.session.get(_SESSION_KEY, False)


def clear_required_change(request) -> None:
    request.session.pop(_SESSION_KEY, None)
