"""System checks for deployment."""

from typing import Any

from django.conf import settings
from django.core.checks import Warning as Warned

_ROLES_TO_REQUIRE = {"admin", "agent", "supervisor"}


def check_second_factor_roles(**kwargs: Any) -> list[Warned]:
    """Return the warning W001 if an administrator, agent or supervisor needs no second factor.

    Return [] otherwise, and in the demo.
    """
    left_out = sorted(_ROLES_TO_REQUIRE - settings.REQUIRE_SECOND_FACTOR_FOR)
    if not left_out or settings.DEMO_MODE:
        return []
    said = f"No second factor is demanded from these roles: {', '.join(left_out)}."
    hint = "Leave REQUIRE_SECOND_FACTOR_FOR out, or name them in it."
    return [Warned(said, hint=hint, id="accounts.W001")]
