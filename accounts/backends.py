"""Who signs in with a password, found so that the time tells nothing."""

from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.userkit import filter_users_by_email, get_user_by_username
from django.core.exceptions import PermissionDenied

from accounts.models import User


def login_of(credentials) -> str:
    """The name or the address that somebody typed."""
    return credentials.get("username") or credentials.get("email") or ""


def find_person(login: str) -> User | None:
    """Return who signs in with this e-mail address or username, None for nobody.

    Each call asks the database the same questions, whether or not somebody is found.
    """
    named = get_user_by_username(login)
    with_address = filter_users_by_email(login, prefer_verified=True, for_login=True)
    return next(filter(None, [*with_address, named]), None)


class OnePassword(AuthenticationBackend):
    """Each try hashes one password: with a name or an address, known or unknown, right or wrong.

    The library's own looks a person up in several ways, and hashes once for each that finds one.
    """

    def authenticate(self, request, **credentials):
        """Raises PermissionDenied, so that no other backend tries too: they hash again."""
        person = super().authenticate(request, **credentials)
        if person is None:
            raise PermissionDenied
        return person

    def _authenticate(self, request, **credentials):
        return self._check_password(find_person(login_of(credentials)), credentials["password"])
