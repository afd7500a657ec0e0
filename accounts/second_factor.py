"""Who must have a second factor before they can work: an app's codes, or a passkey."""

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import QuerySet

from accounts import sessions
from lib.security_log import Kind, of_user, record

_FACTOR_TYPES = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
_SESSION_KEY = "has_second_factor"


def factors_of_user(person) -> QuerySet:
    return Authenticator.objects.filter(user=person, type__in=_FACTOR_TYPES)


def delete_factors(person) -> bool:
    """Delete the app, passkeys and recovery codes, and end the sessions; False without any."""
    if not person.authenticator_set.exists():
        return False
    person.authenticator_set.all().delete()
    sessions.end_all_sessions(person)
    record(Kind.FACTOR_RESET, target=of_user(person))
    return True


def is_second_factor_required(person) -> bool:
    """Return whether one of this person's roles is among REQUIRE_SECOND_FACTOR_FOR."""
    demanded = settings.REQUIRE_SECOND_FACTOR_FOR
    return bool(demanded) and not demanded.isdisjoint(person.role_names)


def is_second_factor_missing(request) -> bool:
    """Return whether who is signed in must set one up first.

    The city's single sign-on has asked for its own where the operator says so. That one was found
    is kept in the session: the last one cannot be taken away by the person, and an admin who takes
    it away ends the sessions.
    """
    if not settings.REQUIRE_SECOND_FACTOR_FOR or not request.user.is_authenticated:
        return False
    if request.session.get(_SESSION_KEY) == request.user.pk or not is_second_factor_required(
        request.user
    ):
        return False
    if settings.OIDC_ASKS_SECOND_FACTOR and _used_single_sign_on(request):
        return False
    if not factors_of_user(request.user).exists():
        return True
    request.session[_SESSION_KEY] = request.user.pk
    return False


def _used_single_sign_on(request) -> bool:
    records = get_authentication_records(request, request.user)
    return any(record.get("method") == "socialaccount" for record in records)
