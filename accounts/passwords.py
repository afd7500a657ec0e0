"""Minimum length of passwords, and how many guesses must not find them.

The numbers follow NIST SP 800-63B-4: length, and a list of known passwords (`guessable_passwords`),
instead of rules about letters and digits.
"""

from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts import second_factor
from accounts.models import MAX_PASSWORD_LENGTH, User, normalize_password


class PasswordRequirements(NamedTuple):
    """The minimum number of characters, and of guesses that find a password."""

    characters: int
    guesses: float


WITHOUT_SECOND_FACTOR = PasswordRequirements(15, 1e10)
WITH_SECOND_FACTOR = PasswordRequirements(8, 1e8)


def requirements_for(user: User | None) -> PasswordRequirements:
    """Return the requirements for a user, stricter without a second factor and for None."""
    has_factor = user is not None and user.pk and second_factor.factors_of_user(user).exists()
    return WITH_SECOND_FACTOR if has_factor else WITHOUT_SECOND_FACTOR


def is_too_short(user: User | None, password: str) -> bool:
    """Return True if the normalized password has fewer characters than `requirements_for(user)`."""
    length = len(normalize_password(password))
    return length < WITHOUT_SECOND_FACTOR.characters and length < requirements_for(user).characters


class LengthValidator:
    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError if the password is too long, or too short for the user."""
        if len(password) > MAX_PASSWORD_LENGTH:
            words = _("This password is too long. Use at most %(n)s characters.")
            raise ValidationError(words % {"n": MAX_PASSWORD_LENGTH}, code="password_too_long")
        if not is_too_short(user, password):
            return
        words = _("This password is too short. Use at least %(n)s characters.")
        raise ValidationError(
            words % {"n": requirements_for(user).characters}, code="password_too_short"
        )

    def get_help_text(self) -> str:
        """Return the help text, with the minimum length without and with a second factor."""
        return _(
            "Use at least %(alone)s characters, or %(with)s with two-step sign-in. A few words "
            "that have nothing to do with each other are easy to remember."
        ) % {"alone": WITHOUT_SECOND_FACTOR.characters, "with": WITH_SECOND_FACTOR.characters}
