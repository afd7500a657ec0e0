"""Tests that codes of second factors work only once, also with simultaneous attempts."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from types import SimpleNamespace

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts import one_time_codes
from tests import make
from tests.accounts.test_second_factor import sign_in

STEP = 1_800_000_000 // 30
NOW = STEP * 30 + 5  # seconds since 1970, five seconds into a half minute


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """Stop allauth's clock, so that no code expires during a test."""
    stands = SimpleNamespace(at=NOW)
    monkeypatch.setattr(totp, "time", SimpleNamespace(time=lambda: stands.at))
    return stands


@pytest.fixture
def app(omar):
    """Set up an authenticator app, and return a function for its codes.

    The function takes the time step relative to the current one.
    """
    secret = generate_totp_secret()
    TOTP.activate(omar, secret)
    return lambda step: format_hotp_value(hotp_value(secret, STEP + step))


@pytest.fixture
def omar(db):
    return make.omar()


def is_taken(omar, code) -> bool:
    try:
        return one_time_codes.use_code(omar, code) is not None
    except one_time_codes.CodeAlreadyUsed:
        return False


def by_a_hundred_at_once(omar, code) -> int:
    """Return the number of successful attempts of a hundred in five threads."""
    together = Barrier(5, timeout=60)

    def twenty_tries():
        try:
            connection.ensure_connection()
            together.wait()
            return sum(is_taken(omar, code) for _n in range(20))
        finally:
            connection.close()

    with ThreadPoolExecutor(5) as pool:
        tries = [pool.submit(twenty_tries) for _n in range(5)]
    return sum(each.result() for each in tries)


@pytest.mark.parametrize("step", [-1, 0, 1])
def test_a_code_that_was_taken_is_taken_never_again(omar, app, clock, step):
    assert is_taken(omar, app(step))
    tries = []
    for _n in range(100):
        tries.append(is_taken(omar, app(step)))
        clock.at += 1
    assert tries == [False] * 100


def test_a_code_from_before_the_one_that_was_taken_is_none_any_more(omar, app):
    assert is_taken(omar, app(0))
    assert not is_taken(omar, app(-1))
    assert is_taken(omar, app(1))
    assert not is_taken(omar, app(0))


@pytest.mark.parametrize("step", [-3, -2, 2, 3])
def test_a_code_of_another_time_is_wrong(omar, app, step):
    assert one_time_codes.use_code(omar, app(step)) is None


def test_a_clock_that_was_ahead_locks_nobody_out(omar, app, clock):
    clock.at += 365 * 24 * 3600
    assert is_taken(omar, app(365 * 24 * 120))
    clock.at = NOW
    assert is_taken(omar, app(0))
    assert not is_taken(omar, app(0))


@pytest.mark.django_db(transaction=True)
def test_of_a_hundred_who_send_one_code_at_the_same_time_one_gets_in(omar, app):
    assert by_a_hundred_at_once(omar, app(0)) == 1


@pytest.mark.django_db(transaction=True)
def test_of_a_hundred_who_send_one_recovery_code_at_the_same_time_one_gets_in(omar, app):
    codes = RecoveryCodes.activate(omar).get_unused_codes()
    assert by_a_hundred_at_once(omar, codes[0]) == 1
    assert len(Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()) == 9


def test_the_code_of_somebody_else_is_wrong(omar, app):
    wes = make.wes()
    TOTP.activate(wes, generate_totp_secret())
    assert one_time_codes.use_code(wes, app(0)) is None
    assert is_taken(omar, app(0)), "and it is not used up by that"


def test_a_code_that_signed_in_signs_in_nobody_else_and_says_why(omar, app):
    codes = []
    for _n in range(2):
        browser, answer = sign_in()
        codes.append(browser.post(answer.url, {"code": app(0)}))
    assert codes[0].url == reverse("workplace")
    assert "used this code already" in codes[1].content.decode()
    browser, answer = sign_in()
    assert browser.post(answer.url, {"code": app(1)}).url == reverse("workplace")


def test_signing_in_by_a_code_needs_no_cache(omar, app, settings):
    unreachable = settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:1"}
    settings.CACHES = {"default": unreachable}
    settings.REDIS_URL = "redis://127.0.0.1:1"
    browser, answer = sign_in()
    assert browser.post(answer.url, {"code": app(0)}).url == reverse("workplace")
    other, answer = sign_in()
    assert other.post(answer.url, {"code": app(0)}).status_code == 200


def test_the_code_that_set_an_app_up_is_used_up_by_that(omar):
    client = Client()
    client.force_login(omar)
    client.post(reverse("account_reauthenticate"), {"password": make.PASSWORD})
    client.get(reverse("mfa_activate_totp"))
    secret = client.session["mfa.totp.secret"]
    code = format_hotp_value(hotp_value(secret, STEP))
    answer = client.post(reverse("mfa_activate_totp"), {"code": code})
    assert answer.url == reverse("mfa_view_recovery_codes")
    assert not is_taken(omar, code)
