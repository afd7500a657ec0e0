"""Who must have a second factor before they can work: an app's codes, or a passkey."""

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import QuerySet

from accounts import sessions
from lib.security_log import Kind, format_user_id, record_action

_FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
_SEEN = "has_second_factor"


def factors_of(person) -> QuerySet:
    return Authenticator.objects.filter(user=person, type__in=_FACTORS)


def take_away(person) -> bool:
    """Delete the app, passkeys and recovery codes, and end the sessions; False without any."""
    if not person.authenticator_set.exists():
        return False
    person.authenticator_set.all().delete()
    sessions.end_all(person)
    record_action(Kind.FACTOR_RESET, target=format_user_id(person))
    return True


def is_demanded_of(person) -> bool:
    """Return whether one of this person's roles is among REQUIRE_SECOND_FACTOR_FOR."""
    demanded = settings.REQUIRE_SECOND_FACTOR_FOR
    return bool(demanded) and not demanded.isdisjoint(person.role_names)


def is_missing(request) -> bool:
    """Return whether who is signed in must set one up first.

    The city's single sign-on has asked for its own where the operator says so. That one was found
    is kept in the session: the last one cannot be taken away by the person, and an admin who takes
    it away ends the sessions.
    """
    if not settings.REQUIRE_SECOND_FACTOR_FOR or not request.user.is_authenticated:
        return False
    if request.session.get(_SEEN) == request.user.pk or not is_demanded_of(request.user):
        return False
    if settings.OIDC_ASKS_SECOND_FACTOR and _came_by_single_sign_on(request):
        return False
    if not factors_of(request.user).exists():
        return True
    request.session[_SEEN] = request.user.pk
    return False


def _came_by_single_sign_on(request) -> bool:
    records = get_authentication_records(request, request.user)
    return any(record.get("method") == "socialaccount" for record in records)
