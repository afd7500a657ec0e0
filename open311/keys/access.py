"""Authentication of requests by API key, and logging of its use."""

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

BEARER = "bearer"  # schemes are case-insensitive (RFC 9110)
_LAST_USED_PRECISION = timedelta(minutes=1)  # `last_used_at` is saved at most once in this time


class InvalidKey(DomainError):
    """The API key is missing, unknown or revoked. `message` says which."""

    status_code = 403


def authenticate(request: HttpRequest) -> ApiKey:
    """Return the key in the field `api_key` or in the header `Authorization: Bearer`.

    Raise InvalidKey for a missing, unknown or revoked key, and RateLimitExceeded for a key that is
    used too often, or for an address that sent too many wrong keys. Valid keys work from such an
    address: a key has 256 random bits, so the limit only keeps the log short. `last_used_at` is
    saved at most once a minute, and the use of an unknown key is logged.
    """
    secret = _find_secret(request)
    if not secret:
        raise InvalidKey(_("This needs an API key: send it as api_key."))
    key = ApiKey.objects.find_by_secret(secret)
    if key is None:
        address = client_address(request)
        rate_limiter.count_attempt("wrong_key.address", address)
        security_log.record_action(
            "api_key.use", security_log.format_stranger_id(address), result="unknown key"
        )
        raise InvalidKey(_("This API key is unknown or was revoked."))
    rate_limiter.count_attempt("api_key", key.pk, limit=f"{key.per_minute}/minute")
    now = clock.now()
    if key.last_used_at is None or key.last_used_at < now - _LAST_USED_PRECISION:
        is_old = Q(last_used_at=None) | Q(last_used_at__lt=now - _LAST_USED_PRECISION)
        ApiKey.objects.filter(is_old, pk=key.pk).update(last_used_at=now)
    return key


def find_optional_key(request: HttpRequest) -> ApiKey | None:
    """Return the key of a reading request, or None if it has none.

    Raise InvalidKey for an invalid key, and RateLimitExceeded for one that is used too often.
    """
    return authenticate(request) if _find_secret(request) else None


def _find_secret(request: HttpRequest) -> str:
    """Return the secret in `api_key` (form, then query) or in the Bearer header, else ""."""
    given = request.POST.get("api_key") or request.GET.get("api_key")
    scheme, _space, credentials = request.headers.get("Authorization", "").partition(" ")
    return (given or (credentials if scheme.lower() == BEARER else "")).strip()


@contextmanager
def log_use(key: ApiKey, verb: str) -> Iterator[SimpleNamespace]:
    """Log the use of the key in the block, with its result, in the security log.

    The result is "ok", or the class of the exception, which is raised again. Set `reference` of the
    yielded object once the request is known.
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
