"""The figures of how safe the accounts of staff are."""

from datetime import timedelta

import pytest
from django.test import Client

from lib import clock
from lib.security_log import Kind
from tests import make
from tests.accounts.security_log.reading import add_row
from tests.accounts.test_second_factor import sign_in, with_app
from tests.santa311.observability.test_metrics import scraped

pytestmark = pytest.mark.django_db


def test_lines_of_the_security_log_are_counted_by_kind_and_result():
    make.omar()
    failure = ("santa311_security_events_total", "sign_in", "wrong password")
    Client().get("/")
    before = scraped()[failure]  # there before the first one, so that its rise is seen
    sign_in("omar")
    Client().post("/accounts/login/", {"login": "omar", "password": "a guess"})
    after = scraped()
    assert after[failure] == before + 1
    assert after["santa311_security_events_total", "sign_in", "ok by password"] >= 1


def came(source, *, to, result="ok", minutes=1):
    at = clock.now() - timedelta(minutes=minutes)
    given = {"kind": Kind.SIGN_IN, "actor": "x", "target": to, "source": source, "result": result}
    add_row(at=at, **given)


def test_the_places_of_one_account_within_an_hour_are_counted():
    for source in ("a", "b", "b"):
        came(source, to="user:1")
    came("c", to="user:2")
    came("d", to="user:1", minutes=61)
    for source in "abc":
        came(source, to="user:3", result="wrong password")
        came(source + "'", to="", result="wrong password")
    found = scraped()
    assert found["santa311_sign_in_places", "ok"] == 2
    assert found["santa311_sign_in_places", "failed"] == 3


def test_administrators_without_a_second_factor_are_counted():
    figure = ("santa311_admins_without_second_factor",)
    before = scraped()[figure]
    ada = make.ada()
    make.omar()
    assert scraped()[figure] == before + 1
    with_app(ada)
    assert scraped()[figure] == before
    ada.authenticator_set.all().delete()
    ada.is_active = False
    ada.save()
    assert scraped()[figure] == before
