"""Tests for rate limits: with Valkey, without it, and their settings."""

import re
import socket
import threading

import pytest
import redis
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from limits import parse_many
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from lib import env, rate_limiter
from lib.breaker import Unavailable
from lib.cache import cache_breaker as cache_server
from lib.http import client_address


@pytest.fixture(autouse=True)
def limits(settings, monkeypatch):
    settings.RATE_LIMITS = {"miss.address": "6/hour"}
    monkeypatch.setattr(
        rate_limiter, "_process_limiter", SlidingWindowCounterRateLimiter(MemoryStorage())
    )
    return settings


@pytest.fixture
def hung_valkey(limits):
    """Point REDIS_URL to a server that never answers, and return the list of its connections."""
    server = socket.create_server(("127.0.0.1", 0))
    asked = []

    def listen():
        while True:
            try:
                asked.append(server.accept()[0])
            except OSError:
                return

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    limits.REDIS_URL = f"redis://127.0.0.1:{server.getsockname()[1]}"
    yield asked
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join()
    for connection in asked:
        connection.close()


def let_through(n, who="192.0.2.1"):
    through = 0
    for _each in range(n):
        try:
            rate_limiter.count_attempt("miss.address", who)
        except rate_limiter.RateLimitExceeded:
            continue
        through += 1
    return through


def test_so_many_are_let_through_and_others_are_not_in_it():
    assert let_through(10) == 6
    assert let_through(10, "192.0.2.2") == 6


def test_looking_whether_there_is_room_takes_none():
    for _each in range(10):
        rate_limiter.check_limit("miss.address", "192.0.2.1")
    assert rate_limiter.is_below_limit("miss.address", "192.0.2.1")
    let_through(6)
    assert not rate_limiter.is_below_limit("miss.address", "192.0.2.1")
    with pytest.raises(rate_limiter.RateLimitExceeded) as refused:
        rate_limiter.check_limit("miss.address", "192.0.2.1")
    assert 1 <= refused.value.wait <= 3600


def test_all_processes_count_in_valkey_under_names_that_nobody_can_read():
    let_through(1, "192.0.2.1")
    server = cache._cache.get_client(None, write=True)
    keys = [key.decode() for key in server.keys("*rates*")]
    assert keys
    assert all("192.0.2" not in key for key in keys)
    assert all(0 < server.pttl(key) <= 2 * 3600 * 1000 for key in keys)


def test_without_valkey_half_is_let_through_and_it_neither_opens_nor_shuts(limits, caplog):
    limits.REDIS_URL = "redis://127.0.0.1:1"
    assert let_through(10) == 3
    assert let_through(10, "192.0.2.2") == 3
    told = "rates are counted by each process: ConnectionError"
    assert [record.getMessage() for record in caplog.records] == [
        told,
        "breaker of cache: open",
        told,
    ]


def test_a_valkey_that_hangs_is_waited_for_twice_by_rates_and_cache_together(hung_valkey):
    assert let_through(1) == 1
    with pytest.raises(Unavailable), cache_server.guard():
        raise redis.TimeoutError
    assert let_through(9) == 2
    assert len(hung_valkey) == 1


def test_nobody_is_counted_where_the_limits_are_off(limits):
    limits.RATE_LIMITS = None
    assert let_through(10) == 10
    assert rate_limiter.is_below_limit("miss.address", "192.0.2.1")


@pytest.mark.parametrize("name", rate_limiter.DEFAULT_LIMITS)
def test_what_is_usual_can_be_read(name):
    assert re.fullmatch(r"[a-z0-9_]+\.[a-z]+", name)
    assert parse_many(rate_limiter.DEFAULT_LIMITS[name])


@pytest.mark.parametrize(
    ("given", "means"),
    [
        ("", {}),
        ("off", None),
        ("OFF", None),
        ("miss.address=40/minute", {"miss.address": "40/minute"}),
        (
            "report.address=9/minute;99/hour, quiet.city=5/minute",
            {"report.address": "9/minute;99/hour", "quiet.city": "5/minute"},
        ),
    ],
)
def test_the_environment_changes_single_limits_or_all(monkeypatch, given, means):
    monkeypatch.setenv("RATE_LIMITS", given)
    assert env.read_rate_limits("RATE_LIMITS") == means


@pytest.mark.parametrize("given", ["report=9/minute", "miss.address=many", "miss.address", "0"])
def test_a_limit_that_makes_no_sense_is_loud(monkeypatch, given):
    monkeypatch.setenv("RATE_LIMITS", given)
    with pytest.raises(ImproperlyConfigured, match="RATE_LIMITS"):
        env.read_rate_limits("RATE_LIMITS")


@pytest.mark.parametrize(
    ("behind_proxy", "peer", "forwarded", "is_seen_as"),
    [
        (False, "192.0.2.7", "", "192.0.2.7"),
        (False, "192.0.2.7", "203.0.113.9", "192.0.2.7"),
        (True, "127.0.0.1", "203.0.113.9", "203.0.113.9"),
        (True, "127.0.0.1", "10.0.0.1, 203.0.113.9", "203.0.113.9"),
        (True, "192.0.2.7", "", "192.0.2.7"),
        (True, "192.0.2.7", "203.0.113.9, nonsense", "unknown"),
        (False, "2001:db8:1:2:aaaa::1", "", "2001:db8:1:2::"),
        (False, "2001:db8:1:2:bbbb::2", "", "2001:db8:1:2::"),
        (False, "::ffff:192.0.2.7", "", "192.0.2.7"),
        (False, "", "", "unknown"),
    ],
)
def test_who_asks_is_believed_from_the_last_hop_alone(
    rf, settings, behind_proxy, peer, forwarded, is_seen_as
):
    settings.BEHIND_PROXY = behind_proxy
    request = rf.get("/", REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=forwarded)
    assert client_address(request) == is_seen_as
