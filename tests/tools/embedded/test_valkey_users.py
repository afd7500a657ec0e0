"""Tests for Valkey's users: each has only the permissions that its use needs."""

import re

import pytest
import redis
from django.conf import settings

from lib import enqueue, rate_limiter
from santa311.celery import app
from tests.worker import PATIENCE
from tools.embedded import Valkey

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def server(own_folder):
    with Valkey(own_folder / "users", durable=False) as server:
        yield server


@pytest.fixture
def clients(server):
    urls = {"cache": server.url, "broker": server.broker_url, "keeper": server.keeper_url}
    clients = {name: redis.Redis.from_url(url) for name, url in urls.items()}
    clients["nobody"] = redis.Redis.from_url(re.sub("//.*@", "//", server.url))
    yield clients
    for client in clients.values():
        client.close()


def refused(clients, who, *command):
    """Return True if Valkey refuses the command for lack of permissions or a wrong password."""
    try:
        clients[who].execute_command(*command)
    except (redis.exceptions.NoPermissionError, redis.exceptions.AuthenticationError):
        return True
    return False


def test_without_a_password_nothing_is_read_or_written(clients):
    assert clients["nobody"].ping()
    for command in ["GET s311:1:x", "SET s311:1:x y", "KEYS *", "INFO", "CONFIG GET *", "ACL LIST"]:
        assert refused(clients, "nobody", *command.split()), command


def test_a_wrong_password_is_refused(server):
    wrong = redis.Redis.from_url(server.keeper_url.replace("keeper:", "keeper:x"))
    with pytest.raises(redis.exceptions.AuthenticationError):
        wrong.ping()


@pytest.mark.parametrize("user", ["cache", "broker"])
def test_no_use_empties_looks_around_or_changes_the_server(clients, user):
    for command in [
        "FLUSHALL", "FLUSHDB", "KEYS *", "SCAN 0", "RANDOMKEY", "CONFIG GET *", "CONFIG SET dir /",
        "SHUTDOWN", "SAVE", "MODULE LIST", "ACL LIST", "CLIENT LIST", "MONITOR",
        "REPLICAOF no one", "SCRIPT FLUSH", "FUNCTION LIST", "INFO", "DUMP s311:1:x",
    ]:  # fmt: skip
        assert refused(clients, user, *command.split()), command


def test_each_use_has_keys_and_channels_of_its_own(clients):
    assert refused(clients, "cache", "GET", "santa311")
    assert refused(clients, "cache", "PUBLISH", "/0.celery.pidbox", "x")
    assert refused(clients, "broker", "GET", "s311:1:django.contrib.sessions.cache")
    assert refused(clients, "broker", "LPUSH", "another", "x")
    assert refused(clients, "broker", "PUBLISH", "another", "x")
    script = "return redis.call('GET', 'santa311')"
    with pytest.raises(redis.exceptions.ResponseError, match="ACL failure"):
        clients["cache"].eval(script, 0)


def test_the_tests_run_with_these_rules():
    """The tests' users have extra permissions, to reset and to count (tests/services.py)."""
    refusal = pytest.raises(redis.exceptions.NoPermissionError)
    with redis.Redis.from_url(settings.REDIS_URL) as client, refusal:
        client.config_get("*")
    assert settings.QUEUE_URL != settings.REDIS_URL


def test_what_the_application_asks_is_all_allowed(server, clients, settings):
    settings.REDIS_URL = server.url
    settings.RATE_LIMITS = {}
    clients["keeper"].acl_log_reset()
    rate_limiter.count_attempt("miss.address", "somebody")
    assert rate_limiter.is_below_limit("miss.address", "somebody")
    with app.connection_for_write(server.broker_url.replace("unix", "redis+socket")) as line:
        channel = line.default_channel
        app.amqp.queues["santa311"](channel).declare()
        line.Producer().publish({}, routing_key="santa311")
        channel.basic_get("santa311", no_ack=False)
    assert clients["keeper"].acl_log() == []


@pytest.fixture
def with_its_users(server, clients, monkeypatch):
    """Connect the application and its child processes to this Valkey server, as its users."""
    clients["keeper"].acl_log_reset()
    for name, url in (("REDIS_URL", server.url), ("QUEUE_URL", server.broker_url)):
        monkeypatch.setenv(name, url)
    monkeypatch.setattr(app.conf, "broker_url", server.broker_url.replace("unix", "redis+socket"))


def test_a_worker_is_refused_nothing_that_it_asks(with_its_users, clients, worker):
    assert enqueue.enqueue_task("requests_app.deliver", 0)
    worker.wait_until(lambda: b"requests_app.deliver" in worker.log.read_bytes(), PATIENCE)
    assert clients["keeper"].acl_log() == []
