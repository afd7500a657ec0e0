"""Tests for the metrics about the security of staff accounts."""

from datetime import timedelta

import pytest
from django.test import Client

from lib import clock
from lib.security_log import Kind
from tests import make
from tests.accounts.security_log.reading import add_row
from tests.accounts.test_second_factor import sign_in, with_app
from tests.santa311.observability.test_metrics import scrape_metrics

pytestmark = pytest.mark.django_db


def test_lines_of_the_security_log_are_counted_by_kind_and_result():
    make.omar()
    failure = ("santa311_security_events_total", "sign_in", "wrong password")
    Client().get("/")
    # The counter exists before the first failure, so that its increase is visible.
    before = scrape_metrics()[failure]
    sign_in("omar")
    Client().post("/accounts/login/", {"login": "omar", "password": "a guess"})
    after = scrape_metrics()
    assert after[failure] == before + 1
    assert after["santa311_security_events_total", "sign_in", "ok by password"] >= 1


def record_sign_in(source, *, to, result="ok", minutes=1):
    at = clock.now() - timedelta(minutes=minutes)
    given = {"kind": Kind.SIGN_IN, "actor": "x", "target": to, "source": source, "result": result}
    add_row(at=at, **given)


def test_the_places_of_one_account_within_an_hour_are_counted():
    for source in ("a", "b", "b"):
        record_sign_in(source, to="user:1")
    record_sign_in("c", to="user:2")
    record_sign_in("d", to="user:1", minutes=61)
    for source in "abc":
        record_sign_in(source, to="user:3", result="wrong password")
        record_sign_in(source + "'", to="", result="wrong password")
    found = scrape_metrics()
    assert found["santa311_sign_in_places", "ok"] == 2
    assert found["santa311_sign_in_places", "failed"] == 3


def test_administrators_without_a_second_factor_are_counted():
    figure = ("santa311_admins_without_second_factor",)
    before = scrape_metrics()[figure]
    ada = make.ada()
    make.omar()
    assert scrape_metrics()[figure] == before + 1
    with_app(ada)
    assert scrape_metrics()[figure] == before
    ada.authenticator_set.all().delete()
    ada.is_active = False
    ada.save()
    assert scrape_metrics()[figure] == before
