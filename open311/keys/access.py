"""The key of an HTTP request: known, within its rate, and noted."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import SimpleNamespace

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _

from lib import clock, rate_limiter, security_log
from lib.http import client_address
from requests_app.errors import DomainError
from requests_app.models import ApiKey

BEARER = "bearer"  # in whatever case, as RFC 9110 has schemes
_ROUGHLY = timedelta(minutes=1)  # how exactly it is known when a key was last used


class NoKey(DomainError):
    """No key came along, or one that is unknown or revoked; `message` says which."""

    status_code = 403


def authenticate(request: HttpRequest) -> ApiKey:
    """Return the key in the field `api_key` or in the header `Authorization: Bearer`.

    Raise NoKey for a missing, unknown or revoked key, and `rate_limiter.TooMany` for a key that
    comes too often, or for a wrong key from an address that sent too many of them. Wrong keys do
    not hold back the right ones of the same address: a key has 256 random bits, so the limit keeps
    the log short and nothing else depends on it.
    """
    secret = _find_secret(request)
    if not secret:
        raise NoKey(_("This needs an API key: send it as api_key."))
    key = ApiKey.objects.find_by_secret(secret)
    if key is None:
        address = client_address(request)
        rate_limiter.count_attempt("wrong_key.address", address)
        security_log.record_action(
            "api_key.use", security_log.format_stranger_id(address), result="unknown key"
        )
        raise NoKey(_("This API key is unknown or was revoked."))
    rate_limiter.count_attempt("api_key", key.pk, limit=f"{key.per_minute}/minute")
    now = clock.now()
    if key.last_used_at is None or key.last_used_at < now - _ROUGHLY:
        is_old = Q(last_used_at=None) | Q(last_used_at__lt=now - _ROUGHLY)
        ApiKey.objects.filter(is_old, pk=key.pk).update(last_used_at=now)
    return key


def find_key(request: HttpRequest) -> ApiKey | None:
    """Return the key that came along with a reading request; None where none did.

    Raise what `authenticate` raises for a key that is not good.
    """
    return authenticate(request) if _find_secret(request) else None


def _find_secret(request: HttpRequest) -> str:
    given = request.POST.get("api_key") or request.GET.get("api_key")
    scheme, _space, credentials = request.headers.get("Authorization", "").partition(" ")
    return (given or (credentials if scheme.lower() == BEARER else "")).strip()


@contextmanager
def log_use(key: ApiKey, verb: str) -> Iterator[SimpleNamespace]:
    """Log in one line of the security log what is done inside with this key, and its result.

    Set `reference` of what this yields once the request is known.
    """
    use = SimpleNamespace(reference="")
    try:
        yield use
        result = "ok"
    except Exception as error:
        result = type(error).__name__
        raise
    finally:
        target = f"request:{use.reference}" if use.reference else ""
        security_log.record_action(f"api_key.{verb}", f"key:{key.pk}", target=target, result=result)
