"""Tests for authentication, rate limits and logging of API keys."""

import logging

import pytest
from django.test import RequestFactory

from lib import rate_limiter, security_log
from open311.keys import InvalidKey, authenticate, log_use
from requests_app.errors import NotAllowed
from requests_app.models import ApiKey
from tests import make

pytestmark = pytest.mark.django_db


def post(**fields):
    return RequestFactory().post("/open311/v2/requests.json", fields)


def test_a_key_is_known_in_a_field_and_in_a_header_and_when_it_was_last_used():
    key = make.front_end()
    secret = make.secret_of(key.name)
    assert authenticate(post(api_key=secret)) == key
    for scheme in ("Bearer", "bearer", "BEARER"):
        bearer = RequestFactory().post("/", headers={"Authorization": f"{scheme} {secret}"})
        assert authenticate(bearer) == key
    assert authenticate(RequestFactory().get("/", {"api_key": secret})) == key
    authenticate(post(api_key=make.secret_of(key.name)))
    assert ApiKey.objects.get(pk=key.pk).last_used_at is not None


@pytest.mark.parametrize("given", [{}, {"api_key": ""}, {"api_key": "s311_of nobody"}])
def test_without_a_good_key_nobody_comes_in(given):
    make.front_end()
    with pytest.raises(InvalidKey):
        authenticate(post(**given))


def test_a_revoked_key_does_not_come_in():
    key = make.front_end()
    key.revoke()
    with pytest.raises(InvalidKey):
        authenticate(post(api_key=make.secret_of(key.name)))


def test_each_key_has_its_own_rate(settings):
    settings.RATE_LIMITS = {}
    slow, fast = make.front_end("Slow", per_minute=2), make.front_end("Fast", per_minute=100)
    for _time in range(2):
        authenticate(post(api_key=make.secret_of(slow.name)))
        authenticate(post(api_key=make.secret_of(fast.name)))
    with pytest.raises(rate_limiter.RateLimitExceeded):
        authenticate(post(api_key=make.secret_of(slow.name)))
    authenticate(post(api_key=make.secret_of(fast.name)))


def test_wrong_keys_from_an_address_are_limited_and_do_not_block_right_ones(settings, caplog):
    settings.RATE_LIMITS = {"wrong_key.address": "3/minute"}
    caplog.set_level(logging.INFO, logger="security")
    key = make.front_end()
    caplog.clear()
    for refusal in [InvalidKey] * 3 + [rate_limiter.RateLimitExceeded] * 2:
        with pytest.raises(refusal):
            authenticate(post(api_key="s311_guess"))
        assert authenticate(post(api_key=make.secret_of(key.name))) == key
    assert [line.result for line in caplog.records] == ["unknown key"] * 3


def test_the_security_log_names_the_key_by_its_id(caplog):
    caplog.set_level(logging.INFO, logger="security")
    key = make.front_end()
    with log_use(key, "file") as use:
        use.reference = "SM-7K2Q9M"
    [line] = caplog.records
    assert (line.kind, line.actor, line.target, line.result) == (
        "api_key.file",
        f"key:{key.pk}",
        "request:SM-7K2Q9M",
        "ok",
    )
    assert key.name not in line.getMessage()


def test_the_security_log_knows_a_stranger_by_a_hash_of_the_day(caplog):
    caplog.set_level(logging.INFO, logger="security")
    with pytest.raises(InvalidKey):
        authenticate(post(api_key="s311_guess"))
    [line] = caplog.records
    assert line.actor == security_log.format_stranger_id("127.0.0.1")
    assert "127.0.0.1" not in line.actor


def test_the_security_log_says_what_was_refused(caplog):
    caplog.set_level(logging.INFO, logger="security")
    with pytest.raises(NotAllowed), log_use(make.front_end(), "file"):
        raise NotAllowed
    [line] = caplog.records
    assert line.result == "NotAllowed"
