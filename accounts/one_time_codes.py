"""Codes of second factors that work once: those of an app, and recovery codes."""

from collections.abc import Callable

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.utils import decrypt
from django.db import transaction

from accounts.models import User

Type = Authenticator.Type

_LAST_STEP_KEY = "last_step"  # in the row of an app: the newest half minute whose code was taken


class CodeAlreadyUsed(Exception):
    """A right code of the app that was used before, or that is older than a used one."""


@transaction.atomic
def use_code(user: User, code: str) -> Authenticator | None:
    """Mark a code as used, save its factor and return the factor; return None for a wrong code.

    Raise CodeAlreadyUsed if it was used before in an app. The rows are locked, so that one of two
    simultaneous attempts fails.
    """
    rows = Authenticator.objects.select_for_update().filter(
        user=user, type__in=[Type.TOTP, Type.RECOVERY_CODES]
    )
    return next((row for row in rows.order_by("pk") if _USE_BY_TYPE[row.type](row, code)), None)


def _use_app_code(factor: Authenticator, code: str) -> bool:
    """Return True and save the code's time step if the code is right, else return False.

    Raise CodeAlreadyUsed if this code or a later one was used.
    """
    steps = list(totp.yield_hotp_counters_from_time())
    step = _find_time_step(decrypt(factor.data["secret"]), code, steps)
    if step is None:
        return False
    last = factor.data.get(_LAST_STEP_KEY, -1)
    if step <= last <= steps[-1]:  # a saved step in the future came from a wrong clock
        raise CodeAlreadyUsed
    factor.data[_LAST_STEP_KEY] = step
    factor.save(update_fields=["data"])
    return True


def _find_time_step(secret: str, code: str, steps: list[int]) -> int | None:
    """Return the time step (half a minute), of those accepted now, that has this code, or None."""
    for step in steps:
        shown = totp.format_hotp_value(totp.hotp_value(secret, step))
        if compare_user_code(actual=code, expected=shown):
            return step
    return None


def _use_recovery_code(factor: Authenticator, code: str) -> bool:
    """Return True and spend the code if it is one of the unused recovery codes, else False."""
    return factor.wrap().validate_code(code)


_USE_BY_TYPE: dict[str, Callable[[Authenticator, str], bool]] = {
    Type.TOTP: _use_app_code,
    Type.RECOVERY_CODES: _use_recovery_code,
}
