"""Second factors of users, an app or a passkey, and who must have one."""

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import OuterRef, QuerySet
from django.http import HttpRequest

from accounts import sessions
from accounts.models import User
from lib.security_log import Kind, format_user_id, record_action

_FACTOR_TYPES = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
_SESSION_KEY = "has_second_factor"


def factors_of_user(user: User | OuterRef) -> QuerySet[Authenticator]:
    """Return the user's apps and passkeys, without recovery codes."""
    return Authenticator.objects.filter(user=user, type__in=_FACTOR_TYPES)


def delete_factors(user: User) -> bool:
    """Delete all factors and codes, and end all sessions; return False if there were none.

    The reset is recorded in the security log.
    """
    if not user.authenticator_set.exists():
        return False
    user.authenticator_set.all().delete()
    sessions.end_all_sessions(user)
    record_action(Kind.FACTOR_RESET, target=format_user_id(user))
    return True


def is_second_factor_required(user: User) -> bool:
    """Return True if a role of the user is in REQUIRE_SECOND_FACTOR_FOR."""
    demanded = settings.REQUIRE_SECOND_FACTOR_FOR
    return bool(demanded) and not demanded.isdisjoint(user.role_names)


def is_second_factor_missing(request: HttpRequest) -> bool:
    """Return True if the signed-in user must set up a second factor first.

    Single sign-on suffices if OIDC_ASKS_SECOND_FACTOR is set. A factor that was found is remembered
    in the session: users cannot delete their last one, and deletion by an administrator ends the
    sessions.
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
    """Return True if the user signed in to this session by single sign-on."""
    records = get_authentication_records(request, request.user)
    return any(record.get("method") == "socialaccount" for record in records)
