"""The authentication backend, whose duration does not reveal whether an account exists."""

from collections.abc import Mapping

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.base_user import AbstractBaseUser

from accounts.models import User


def read_login(credentials: Mapping[str, str]) -> str:
    """Return the username or email address in the credentials, or ""."""
    return credentials.get("username") or credentials.get("email") or ""


class SingleHashBackend(AuthenticationBackend):
    """A backend that hashes exactly one password per attempt, whether or not an account is found.

    allauth's backend looks an account up in several ways and hashes once for each that finds one.
    """

    def _authenticate(self, request, **credentials) -> AbstractBaseUser | None:
        """Return the user of these credentials, or None; hash one password in either case."""
        person = User.objects.find_by_login(read_login(credentials))
        return self._check_password(person, credentials["password"])
