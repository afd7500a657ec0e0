"""Tests for the connection budget: connections of the processes, and limits that are too low."""

import pytest
from django.db import connection

from santa311.observability import connection_budget, installation
from santa311.observability.connection_budget import Budget, PoolerLimits
from tests.test_deploy import program
from tools.stack import application, ports
from tools.stack.pooler import Pooler

pytestmark = pytest.mark.django_db

MACHINE = Budget(
    web_processes=2,
    pool_size=8,
    worker_processes=6,
    poolers=1,
    pooler=PoolerLimits(clients=1000, servers=25),
    postgresql=97,
)


@pytest.fixture
def find_words(monkeypatch):
    """Return a function that returns (words, fine) of each finding about a connection budget."""

    def find(budget):
        monkeypatch.setattr(connection_budget, "read_budget", lambda: budget)
        found = [each for each in installation.check_installation() if each.part == "budget"]
        return [(each.words, each.fine) for each in found]

    monkeypatch.setattr(
        installation, "CHECKS", {"budget": installation.CHECKS["budget"]}
    )  # the other checks take seconds
    return find


def test_one_machine_has_connections_left(find_words):
    assert find_words(MACHINE) == [
        ("27 of 1000 connections to PgBouncer (web 2 × 8, workers 6, tools 5)", True),
        ("35 of 97 connections to PostgreSQL (PgBouncer 1 × 25, directly 10)", True),
    ]


def test_too_many_processes_for_the_pooler_are_named(find_words):
    (pooler, is_fine), postgresql = find_words(MACHINE._replace(web_processes=124))
    assert not is_fine
    assert pooler.startswith("1003 of 1000 connections to PgBouncer")
    assert "raise max_client_conn. (docs/howto/sizes.md#the-connection-budget)" in pooler
    assert postgresql[1]


def test_too_many_poolers_for_postgresql_are_named(find_words):
    pooler, (postgresql, is_fine) = find_words(MACHINE._replace(poolers=4))
    assert pooler[1]
    assert not is_fine
    assert postgresql.startswith("110 of 97 connections to PostgreSQL (PgBouncer 4 × 25,")
    assert "raise max_connections. (docs/howto/sizes.md#the-connection-budget)" in postgresql


def test_without_a_pooler_each_process_connects_to_postgresql(find_words):
    alone = MACHINE._replace(poolers=0, pooler=None)
    assert find_words(alone._replace(web_processes=9)) == [
        ("93 of 97 connections to PostgreSQL (web 9 × 8, workers 6, tools 5, directly 10)", True)
    ]
    ((words, is_fine),) = find_words(alone._replace(web_processes=10))
    assert words.startswith("101 of 97")
    assert not is_fine


def test_a_pooler_that_shows_no_limits_leaves_the_comparison_to_the_city(find_words):
    ((words, is_fine),) = find_words(MACHINE._replace(pooler=None))
    assert words.startswith("the pooler does not show its limits; it must accept 27 connections")
    assert is_fine


def test_the_usual_workers_are_those_that_are_shipped(settings):
    shipped = sum(int(options[-1]) for options in application.WORKERS.values())
    assert shipped == settings.WORKER_PROCESSES


def test_postgresql_keeps_some_connections_for_superusers():
    assert connection_budget._read_postgresql_limit() == 77  # max_connections is 80


def test_postgresql_itself_is_no_pooler_that_shows_limits():
    assert connection_budget._read_pooler_limits() is None


@pytest.mark.stack
def test_pgbouncer_shows_its_limits(own_folder, monkeypatch):
    name = program("pgbouncer", "pgbouncer")
    server = connection.settings_dict
    port = ports.free(["pooler"])["pooler"]
    place = (server["HOST"], server["PORT"] or 5432)
    folder, log = own_folder / "pooler", own_folder / "pooler.log"
    child = Pooler(name, folder, port, place, "a-password", log).launch()
    try:
        child.wait_until(lambda: b"process up" in child.log.read_bytes(), 30)
        address = {"HOST": "127.0.0.1", "PORT": port, "USER": "santa311", "PASSWORD": "a-password"}
        for key, value in address.items():
            monkeypatch.setitem(connection.settings_dict, key, value)
        assert connection_budget._read_pooler_limits() == PoolerLimits(clients=1000, servers=25)
    finally:
        child.stop()
