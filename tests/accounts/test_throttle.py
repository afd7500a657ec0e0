"""Tests that guessing passwords is limited, and does not lock out the owner of the account."""

import pytest

from tests import make
from tests.visitors import browser

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def limits(settings):
    settings.RATE_LIMITS = {}
    return settings.RATE_LIMITS


def sign_in(client, password=make.PASSWORD, login="omar", network="192.0.2.1"):
    given = {"login": login, "password": password}
    return client.post(LOGIN, given, REMOTE_ADDR=network)


def guess(times, **where):
    return [sign_in(browser(), f"guess {n}", **where).status_code for n in range(times)]


def known_browser(login="omar"):
    """Return a test client in which the user has signed in and out."""
    client = browser()
    assert sign_in(client, login=login).status_code == 302
    client.post("/accounts/logout/")
    return client


def test_a_hundred_wrong_passwords_are_five():
    make.omar()
    assert guess(100) == [200] * 5 + [429] * 95
    refused = sign_in(browser())
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) >= 1
    assert make.PASSWORD not in refused.text


@pytest.mark.parametrize("other", ["omar@example.org", "OMAR@example.org", "Omar", " omar "])
def test_the_username_and_the_address_of_an_account_share_one_limit(other):
    make.omar()
    assert guess(5) == [200] * 5
    assert guess(2, login=other) == [429] * 2
    assert sign_in(browser(), login=other).status_code == 429


def test_the_username_and_the_address_share_the_limit_of_all_networks(limits):
    make.omar()
    limits["wrong_password.everywhere"] = "4/hour"
    logins = ["omar", "omar@example.org", "OMAR", "Omar@Example.org"]
    codes = [guess(1, login=each, network=f"192.0.2.{n}")[0] for n, each in enumerate(logins)]
    assert codes == [200] * 4
    assert guess(1, login="omar@example.org", network="192.0.2.9") == [429]
    assert guess(1, login="wes", network="192.0.2.9") == [200]


@pytest.mark.parametrize("login", ["omar", "omar@example.org"])
def test_the_owner_beside_the_guesser_gets_in_with_a_browser_that_was_here_before(login):
    make.omar()
    desk = known_browser()
    guess(10)
    assert sign_in(desk, login=login).status_code == 302


def test_a_name_of_no_account_is_limited_as_it_was_typed():
    assert guess(6, login="nobody") == [200] * 5 + [429]
    assert guess(1, login="NOBODY") == [429]
    assert guess(1, login="nobody2") == [200]


def test_the_owner_at_another_address_gets_in_meanwhile():
    make.omar()
    guess(10)
    assert sign_in(browser(), network="192.0.2.2").status_code == 302


def test_the_owner_gets_in_while_thousands_of_addresses_guess(limits):
    make.omar()
    limits["wrong_password.everywhere"] = "6/hour"
    desk = known_browser()
    codes = [guess(1, network=f"192.0.2.{n}")[0] for n in range(8)]
    assert codes == [200] * 6 + [429] * 2
    assert sign_in(browser(), network="198.51.100.1").status_code == 429
    assert sign_in(desk).status_code == 302


def test_a_browser_that_is_known_guesses_no_more_than_others():
    make.omar()
    desk = known_browser()
    codes = [sign_in(desk, f"guess {n}").status_code for n in range(7)]
    assert codes == [200] * 5 + [429] * 2


def test_a_known_browser_is_known_to_its_own_people_alone():
    make.omar()
    make.wes()
    desk = known_browser("wes")
    guess(5)
    assert sign_in(desk).status_code == 429


def test_a_new_password_makes_every_browser_a_stranger():
    omar = make.omar()
    desk = known_browser()
    omar.set_password("another one altogether")
    omar.save()
    guess(5)
    assert sign_in(desk, "another one altogether").status_code == 429


@pytest.mark.parametrize("cookie", ["", "garbage", "a:b:c", "é", '{"1": "x"}'])
def test_a_made_up_cookie_is_no_browser_that_was_here(cookie):
    make.omar()
    guess(5)
    client = browser()
    client.cookies["known"] = cookie
    assert sign_in(client).status_code == 429


def test_many_names_from_one_address_are_guesses_too():
    make.omar()
    codes = [guess(1, login=f"name{n}")[0] for n in range(22)]
    assert codes == [200] * 20 + [429] * 2
    assert sign_in(browser(), network="192.0.2.2").status_code == 302


def test_without_valkey_there_is_still_a_limit_and_a_way_in(settings):
    settings.REDIS_URL = "redis://127.0.0.1:1"
    make.omar()
    codes = guess(10)
    assert codes[0] == 200
    assert codes[-1] == 429
    assert sign_in(browser(), network="192.0.2.2").status_code == 302
