"""Guessing passwords is slowed down without locking the owner out.

Failures count for one account from one address, for the address, and for the account from anywhere,
whether its username or its e-mail address was typed. A browser in which somebody has signed in
carries a cookie that says so: there the person has a count of their own, and what others try with
the same account elsewhere, or beside them, is nothing to them.
"""

import unicodedata

from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import User
from lib import cookies, rate_limiter
from lib.http import client_address

COOKIE = "known"
_SALT = "accounts.throttle"
_MOST = 5  # people who sign in at one browser


def check(request, login: str) -> None:
    """Raise `rate_limiter.TooMany` where this account was tried too often from here."""
    for name, who in _counts(request, login):
        rate_limiter.check_limit(name, who)


def count_failure(request, login: str) -> None:
    for name, who in _counts(request, login):
        if rate_limiter.is_below_limit(name, who):
            rate_limiter.count_attempt(name, who)


def _counts(request, login: str) -> list[tuple[str, str]]:
    """Return the limits that a try with `login` is counted against, and as whom."""
    person = User.objects.find_by_login(login)
    if known := _known_as(request, person):
        return [("wrong_password.login", f"known {known}")]
    address, account = client_address(request), _account_of(person, login)
    return [
        ("wrong_password.address", address),
        ("wrong_password.login", f"{address} {account}"),
        ("wrong_password.everywhere", account),
    ]


def _account_of(person: User | None, login: str) -> str:
    """Return what the tries with `login` are counted by: the account, however it was typed.

    A login of no account is counted as it was typed, but for capitals and compatible letters.
    """
    if person is not None:
        return f"account {person.pk}"
    return unicodedata.normalize("NFKC", login).strip().casefold()


def mailbox(request, address: str) -> str:
    """Return who is counted where a mail to this address is asked for.

    Strangers who ask for so many that no more go there do not keep its owner out of a browser in
    which the owner signed in before.
    """
    person = User.objects.find_by_login(address)
    known = _known_as(request, person)
    return f"known {known}" if known else _account_of(person, address)


def _known_as(request, person: User | None) -> str | None:
    """Return what tells this browser's sign-ins of the person apart, None where it had none."""
    proofs = _read(request)  # also for nobody, which takes as long
    proof = proofs.get(str(person.pk)) if person else None
    if isinstance(proof, str) and constant_time_compare(proof, _proof(person)):
        return f"{person.pk} {proof}"
    return None


def remember(request, response, person) -> None:
    """Make this browser one of the person's, until their password changes."""
    proofs = _read(request)
    proofs.pop(str(person.pk), None)
    kept = dict([*proofs.items(), (str(person.pk), _proof(person))][-_MOST:])
    cookies.set_cookie(response, COOKIE, signing.dumps(kept, salt=_SALT))


def _read(request) -> dict[str, str]:
    try:
        sent = cookies.read_cookie(request, COOKIE)
        return signing.loads(sent, salt=_SALT, max_age=cookies.MAX_AGES[COOKIE])
    except signing.BadSignature:
        return {}


def _proof(person) -> str:
    secret = f"{person.pk}:{person.password}"
    return salted_hmac(_SALT, secret, algorithm="sha256").hexdigest()[:32]
