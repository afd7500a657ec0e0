"""The key of an HTTP request: known, within its rate, and noted."""

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


def authenticate(request) -> ApiKey:
    """Return the key in the field `api_key` or in the header `Authorization: Bearer`.

    Raise NoKey for a missing, unknown or revoked key, and `rate_limiter.TooMany` for a key that
    comes too often, or for a wrong key from an address that sent too many of them. Wrong keys do
    not hold back the right ones of the same address: a key has 256 random bits, so the limit keeps
    the log short and nothing else depends on it.
    """
    secret = _secret_of(request)
    if not secret:
        raise NoKey(_("This needs an API key: send it as api_key."))
    key = ApiKey.objects.with_secret(secret)
    if key is None:
        address = client_address(request)
        rate_limiter.take("wrong_key.address", address)
        security_log.record("api_key.use", security_log.stranger(address), result="unknown key")
        raise NoKey(_("This API key is unknown or was revoked."))
    rate_limiter.take("api_key", key.pk, limit=f"{key.per_minute}/minute")
    _note_use(key)
    return key


def find_key(request: HttpRequest) -> ApiKey | None:
    """Return the key that came along with a reading request; None where none did.

    Raises what `authenticate` raises for a key that is not good.
    """
    return authenticate(request) if _secret_of(request) else None


def _secret_of(request: HttpRequest) -> str:
    given = request.POST.get("api_key") or request.GET.get("api_key")
    scheme, _space, credentials = request.headers.get("Authorization", "").partition(" ")
    return (given or (credentials if scheme.lower() == BEARER else "")).strip()


def _note_use(key):
    now = clock.now()
    is_old = Q(last_used_at=None) | Q(last_used_at__lt=now - _ROUGHLY)
    if key.last_used_at is None or key.last_used_at < now - _ROUGHLY:
        ApiKey.objects.filter(is_old, pk=key.pk).update(last_used_at=now)


@contextmanager
def log_use(key, verb):
    """One line of the security log for what is done inside: with this key, to which request, and
    what came of it. Set `reference` of what this yields once the request is known.
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
        security_log.record(f"api_key.{verb}", f"key:{key.pk}", target=target, result=result)
