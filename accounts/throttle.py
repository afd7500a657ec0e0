"""Guessing passwords is slowed down without locking the owner out.

Failures count for one name from one address, for the address, and for the name from anywhere. A
browser in which somebody has signed in carries a cookie that says so: there the person has a count
of their own, and what others try with the same name elsewhere, or beside them, is nothing to them.
"""

from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import User
from santa311.lib import cookies, rate_limiter
from santa311.lib.http import client_address

COOKIE = "known"
_SALT = "accounts.throttle"
_MOST = 5  # people who sign in at one browser


def check(request, login):
    """Raises rates.TooMany where this name was tried too often from here."""
    for name, who in _counts(request, login):
        rate_limiter.check(name, who)


def count_failure(request, login):
    for name, who in _counts(request, login):
        if rate_limiter.is_left(name, who):
            rate_limiter.take(name, who)


def _counts(request, login):
    login = login.lower()
    if known := _known_as(request, login):
        return [("wrong_password.login", f"known {known}")]
    address = client_address(request)
    return [
        ("wrong_password.address", address),
        ("wrong_password.login", f"{address} {login}"),
        ("wrong_password.everywhere", login),
    ]


def mailbox(request, address):
    """Who is counted where a letter to this address is asked for: strangers who ask for so many
    that no more go there do not keep its owner out of a browser of their own.
    """
    known = _known_as(request, address)
    return f"known {known}" if known else address


def _known_as(request, login):
    """What tells this browser's own sign-ins apart, where the owner of the name has been here."""
    proofs = _read(request)
    for person in User.objects.filter(pk__in=proofs):
        is_named = login in {person.username.lower(), person.email.lower()}
        if is_named and constant_time_compare(proofs[str(person.pk)], _proof(person)):
            return f"{person.pk} {proofs[str(person.pk)]}"
    return None


def remember(request, response, person):
    """This browser is one of the person's from now on, until their password changes."""
    proofs = _read(request)
    proofs.pop(str(person.pk), None)
    kept = dict([*proofs.items(), (str(person.pk), _proof(person))][-_MOST:])
    cookies.put(response, COOKIE, signing.dumps(kept, salt=_SALT))


def _read(request) -> dict[str, str]:
    try:
        sent = cookies.read(request, COOKIE)
        return signing.loads(sent, salt=_SALT, max_age=cookies.LASTS[COOKIE])
    except signing.BadSignature:
        return {}


def _proof(person):
    secret = f"{person.pk}:{person.password}"
    return salted_hmac(_SALT, secret, algorithm="sha256").hexdigest()[:32]
