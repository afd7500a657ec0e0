"""Who signs in with a password, found so that the time tells nothing."""

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.base_user import AbstractBaseUser

from accounts.models import User


def read_login(credentials) -> str:
    """Return the name or the address that somebody typed."""
    return credentials.get("username") or credentials.get("email") or ""


class SingleHashBackend(AuthenticationBackend):
    """Each try hashes one password: with a name or an address, known or unknown, right or wrong.

    The library's own looks a person up in several ways, and hashes once for each that finds one.
    """

    def _authenticate(self, request, **credentials) -> AbstractBaseUser | None:
        person = User.objects.find_by_login(read_login(credentials))
        return self._check_password(person, credentials["password"])
