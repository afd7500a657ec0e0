"""Limits on guessing passwords that do not lock out the owner of an account.

Failures count per account and address, per address, and per account, whether the username or the
email address was typed. A browser in which the user has signed in has a cookie and a count of its
own there, which attempts from elsewhere do not affect.
"""

import unicodedata

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import User
from lib import cookies, rate_limiter
from lib.http import client_address

KNOWN_BROWSER_COOKIE = "known"
_SALT = "accounts.throttle"
_MAX_USERS_PER_BROWSER = 5  # people who sign in at one browser


def check_sign_in_limits(request: HttpRequest, login: str) -> None:
    """Raise RateLimitExceeded after too many failed attempts for this account from here.

    Nothing is counted; count_failed_sign_in() does that.
    """
    for name, who in _list_limits_and_keys(request, login):
        rate_limiter.check_limit(name, who)


def count_failed_sign_in(request: HttpRequest, login: str) -> None:
    """Count a failed attempt under each of its keys that is still below its limit."""
    for name, who in _list_limits_and_keys(request, login):
        if rate_limiter.is_below_limit(name, who):
            rate_limiter.count_attempt(name, who)


def _list_limits_and_keys(request: HttpRequest, login: str) -> list[tuple[str, str]]:
    """Return (limit, key) pairs under which an attempt is counted; a known browser has just one."""
    person = User.objects.find_by_login(login)
    if known := _known_browser_key(request, person):
        return [("wrong_password.login", f"known {known}")]
    address, account = client_address(request), _account_key(person, login)
    return [
        ("wrong_password.address", address),
        ("wrong_password.login", f"{address} {account}"),
        ("wrong_password.everywhere", account),
    ]


def _account_key(person: User | None, login: str) -> str:
    """Return the key of the account, or of the login in normalized form if there is no account."""
    if person is not None:
        return f"account {person.pk}"
    return unicodedata.normalize("NFKC", login).strip().casefold()


def mail_limit_key(request: HttpRequest, address: str) -> str:
    """Return the key under which a mail to this address is counted.

    A browser in which the owner signed in before has a key of its own, so that strangers' requests
    do not keep the owner out.
    """
    person = User.objects.find_by_login(address)
    known = _known_browser_key(request, person)
    return f"known {known}" if known else _account_key(person, address)


def _known_browser_key(request: HttpRequest, user: User | None) -> str | None:
    """Return the key of this browser for the user, or None if they never signed in there.

    A browser in which the user signed in before a change of the password has no key, either.
    """
    proofs = _read_proofs(request)  # also without a user, so that it takes as long
    if user is None:
        return None
    proof = proofs.get(str(user.pk))
    if isinstance(proof, str) and constant_time_compare(proof, _build_proof(user)):
        return f"{user.pk} {proof}"
    return None


def remember_browser(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Set a cookie that makes this browser known for the user until the password changes.

    The cookie has the last _MAX_USERS_PER_BROWSER users.
    """
    proofs = _read_proofs(request)
    proofs.pop(str(user.pk), None)
    kept = dict([*proofs.items(), (str(user.pk), _build_proof(user))][-_MAX_USERS_PER_BROWSER:])
    cookies.set_cookie(response, KNOWN_BROWSER_COOKIE, signing.dumps(kept, salt=_SALT))


def _read_proofs(request: HttpRequest) -> dict[str, str]:
    """Return proofs by user id from the cookie; {} if it is missing, expired or not signed."""
    try:
        sent = cookies.read_cookie(request, KNOWN_BROWSER_COOKIE)
        return signing.loads(sent, salt=_SALT, max_age=cookies.MAX_AGES[KNOWN_BROWSER_COOKIE])
    except signing.BadSignature:
        return {}


def _build_proof(user: User) -> str:
    """Return 32 hexadecimal digits that change with the user's password."""
    secret = f"{user.pk}:{user.password}"
    return salted_hmac(_SALT, secret, algorithm="sha256").hexdigest()[:32]
