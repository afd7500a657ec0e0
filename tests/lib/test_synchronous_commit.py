"""Tests that without a standby, commits fail soon and reads continue."""

import signal
import time

import psycopg
import pytest
from django.db import OperationalError, connections, transaction
from django.test import RequestFactory

from lib.postgresql.synchronous_commit import commit_breaker
from lib.postgresql.timeouts import limit_query_time
from santa311.web.outage import OutageMiddleware
from tests.away import signal_all_processes
from tests.santa311.web.test_outage import OURS, WHAT, query_database


def run_as_operator(server, *statements):
    """Run statements whose commits do not wait for a standby."""
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("SET synchronous_commit = local")
        for statement in statements:
            connection.execute(statement)


def reload(server, names):
    """Set synchronous_standby_names to `names`, and wait until it takes effect.

    The checkpointer publishes the setting to the processes that write. A checkpoint requested after
    the postmaster has read the file ensures that this has happened.
    """
    run_as_operator(
        server,
        f"ALTER SYSTEM SET synchronous_standby_names = '{names}'",
        "SELECT pg_reload_conf()",
    )
    is_read = False
    while not is_read:
        with psycopg.connect(server.url) as newcomer:
            is_read = newcomer.execute("SHOW synchronous_standby_names").fetchone() == (names,)
    run_as_operator(server, "CHECKPOINT")


@pytest.fixture
def alone(server):
    """Return a primary server that waits for a standby but has none."""
    run_as_operator(
        server,
        "CREATE TABLE kept (n int)",
        "ALTER ROLE santa311 SET synchronous_commit = on",
    )
    reload(server, "ANY 1 (one, other)")
    connections["default"].close()
    yield server
    run_as_operator(
        server,
        "ALTER SYSTEM RESET synchronous_standby_names",
        "SELECT pg_reload_conf()",
        "ALTER ROLE santa311 RESET synchronous_commit",
    )
    connections["default"].close()
    run_as_operator(server, "DROP TABLE kept")
    commit_breaker.close()


def write():
    connections["default"].close_if_unusable_or_obsolete()
    with limit_query_time(2), transaction.atomic(), connections["default"].cursor() as cursor:
        cursor.execute("INSERT INTO kept VALUES (1)")


def write_without_a_transaction():
    """Insert a row in autocommit mode.

    An unusable connection is closed first, as Django does at the end of a request.
    """
    connections["default"].close_if_unusable_or_obsolete()
    with limit_query_time(2), connections["default"].cursor() as cursor:
        cursor.execute("INSERT INTO kept VALUES (2)")


def test_after_two_that_nobody_confirmed_whoever_writes_is_told_at_once(alone):
    for act in (write, write_without_a_transaction):
        with pytest.raises(OperationalError, match="confirms nothing"):
            act()
    connections["default"].close()
    assert commit_breaker.is_open
    for act in (write, write_without_a_transaction):
        with pytest.raises(OperationalError, match="confirms nothing"):
            act()
    assert query_database("SELECT count(*) FROM kept") == 0  # reads work meanwhile
    with transaction.atomic():
        assert query_database("SELECT 7") == 7  # a transaction without writes may end
    outages = OutageMiddleware(None)
    sent = RequestFactory().post(WHAT, {"text": "By the pier"}, headers=OURS)
    refused = outages.process_view(sent, None, [], {})
    assert refused.status_code == 503
    assert refused["Retry-After"]
    assert "By the pier" in refused.content.decode()
    assert outages.process_view(RequestFactory().get(WHAT), None, [], {}) is None

    run_as_operator(
        alone, "ALTER SYSTEM SET synchronous_standby_names = ''", "SELECT pg_reload_conf()"
    )
    while commit_breaker.is_open:
        time.sleep(0.05)
    write()
    assert commit_breaker.is_closed
    # The two rows reported as failed exist too. A client that retries uses the same key.
    assert query_database("SELECT count(*) FROM kept") == 3


def test_who_looks_whether_a_standby_is_back_waits_for_nothing(alone):
    for _time in range(2):
        with pytest.raises(OperationalError):
            write()
    while commit_breaker.is_open:
        time.sleep(0.05)
    begun = count_waiting_commits(alone)
    with pytest.raises(OperationalError, match="confirms nothing"):
        write()
    assert count_waiting_commits(alone) == begun == 2
    assert commit_breaker.is_open


def test_a_server_that_hangs_while_it_is_asked_for_a_standby_opens_it_for_nobody(alone):
    for _time in range(2):
        with pytest.raises(OperationalError):
            write()
    for hang in (pause_server_in_transaction, pause_server_in_single_statement):
        while commit_breaker.is_open:
            time.sleep(0.05)
        connections["default"].close()
        try:
            with pytest.raises(OperationalError), limit_query_time(2):
                hang(alone)
        finally:
            signal_all_processes(alone, signal.SIGCONT)
        assert not commit_breaker.is_closed


def pause_server_in_transaction(server):
    with transaction.atomic(), connections["default"].cursor() as cursor:
        cursor.execute("INSERT INTO kept VALUES (3)")
        signal_all_processes(server, signal.SIGSTOP)


def pause_server_in_single_statement(server):
    with connections["default"].cursor() as cursor:
        signal_all_processes(server, signal.SIGSTOP)
        cursor.execute("INSERT INTO kept VALUES (3)")


def count_waiting_commits(server):
    """Return the number of commits that wait for a standby."""
    with psycopg.connect(server.url, autocommit=True) as connection:
        return connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
        ).fetchone()[0]
