"""Tests that the writers of rows detect pauses, and lost rows that were acknowledged."""

import time

import psycopg

from tools.bench.faults.writers import RowWriters
from tools.bench.waiting import wait_for


def test_a_lost_row_and_a_pause_are_noticed(own_postgres):
    since = time.time()
    with RowWriters(own_postgres.url, own_postgres.url) as rows:
        assert wait_for(lambda: rows.acknowledged_since(since) > 8, 10).found
        assert all(check.ok for check in rows.check(since, 10))
        with psycopg.connect(own_postgres.url, autocommit=True) as operator:
            operator.execute("DELETE FROM fault_rows WHERE number = 3")
        assert rows.check_lost().measured.startswith("1 of ")
        assert rows.check_lost().measured.endswith("(3)")
    time.sleep(0.6)
    assert rows.longest_pause(since) >= 0.6
    assert not rows.check(since, 0.5)[0].ok


def test_the_writers_go_on_when_their_connections_were_ended(own_postgres):
    with RowWriters(own_postgres.url, own_postgres.url) as rows:
        assert wait_for(lambda: rows.acknowledged_since(0) > 4, 10).found
        with psycopg.connect(own_postgres.url, autocommit=True) as operator:
            operator.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
            )
        ended = time.time()
        assert wait_for(lambda: rows.acknowledged_since(ended) > 8, 10).found
    assert rows.check_lost().ok


def test_rows_of_before_and_after_a_moment_are_told_apart(own_postgres):
    with RowWriters(own_postgres.url, own_postgres.url) as rows:
        assert wait_for(lambda: rows.acknowledged_since(0) > 8, 10).found
        moment = time.time()
        number = rows.take_number()
        assert wait_for(lambda: rows.acknowledged_since(moment) > 12, 10).found
    assert [check.ok for check in rows.check_moment(moment, number)] == [True, False]
    assert rows.check_age(time.time(), 0).ok
    with psycopg.connect(own_postgres.url, autocommit=True) as operator:
        operator.execute("DELETE FROM fault_rows WHERE number > %s", [number])
    assert all(check.ok for check in rows.check_moment(moment, number))
    assert not rows.check_age(moment + 1000, 900).ok
    with psycopg.connect(own_postgres.url, autocommit=True) as operator:
        operator.execute("DELETE FROM fault_rows WHERE number = 3")
    assert not rows.check_moment(moment, number)[0].ok
