"""The codes of a second factor, each of which works once: an app's, and those for a lost phone."""

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.utils import decrypt
from django.db import transaction

Type = Authenticator.Type

_LAST_STEP_KEY = "last_step"  # in the row of an app: the newest half minute whose code was taken


class CodeAlreadyUsed(Exception):
    """A code of the app that is right, but it, or a later one, was taken before."""


@transaction.atomic
def use_code(person, code) -> Authenticator | None:
    """Use a code up and return the factor of `person` that shows it; None for a wrong one.

    The rows are locked, so that of two who send one code at the same time the second finds it used.
    Raise UsedAlready.
    """
    rows = Authenticator.objects.select_for_update().filter(
        user=person, type__in=[Type.TOTP, Type.RECOVERY_CODES]
    )
    return next((row for row in rows.order_by("pk") if _USE_BY_TYPE[row.type](row, code)), None)


def _use_app_code(factor, code) -> bool:
    steps = list(totp.yield_hotp_counters_from_time())
    step = _find_time_step(decrypt(factor.data["secret"]), code, steps)
    if step is None:
        return False
    last = factor.data.get(_LAST_STEP_KEY, -1)
    if step <= last <= steps[-1]:  # a later mark than can be is of a clock that was wrong
        raise CodeAlreadyUsed
    factor.data[_LAST_STEP_KEY] = step
    factor.save(update_fields=["data"])
    return True


def _find_time_step(secret, code, steps) -> int | None:
    """Return the half minute, of those that count now, in which the app shows this code."""
    for step in steps:
        shown = totp.format_hotp_value(totp.hotp_value(secret, step))
        if compare_user_code(actual=code, expected=shown):
            return step
    return None


def _use_recovery_code(factor, code) -> bool:
    return factor.wrap().validate_code(code)


_USE_BY_TYPE = {Type.TOTP: _use_app_code, Type.RECOVERY_CODES: _use_recovery_code}
