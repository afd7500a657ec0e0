"""Tests for the metrics about WAL that waits to be archived."""

import shutil
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

from santa311.observability import database
from tools.embedded import Postgres

pytestmark = pytest.mark.stack

PATIENCE = 60  # seconds; long, because other tests may use the CPU at the same time


@pytest.fixture(scope="module")
def archiving():
    """Return a PostgreSQL server whose archive command succeeds while `folder/open` exists."""
    folder = Path(tempfile.mkdtemp(prefix="s311-archive-"))
    folder.chmod(0o755)
    command = f"test -e {folder}/open"
    settings = {"archive_mode": "on", "archive_command": command, "wal_level": "replica"}
    with Postgres(folder / "postgres", durable=False, settings=settings) as server:
        server.folder = folder
        yield server
    shutil.rmtree(folder)


@pytest.fixture
def cursor(archiving):
    with psycopg.connect(archiving.url, autocommit=True) as connection:
        yield connection.cursor()


def figures(cursor):
    """Return the values of the database metrics, by name without the prefix."""
    found = database.collect_gauges(cursor)
    return {each.name.removeprefix("santa311_"): _values(each) for each in found}


def _values(family):
    return [sample.value for sample in family.samples]


def test_what_waits_is_seen_while_the_last_archived_file_is_a_backups_note(archiving, cursor):
    (archiving.folder / "open").touch()
    cursor.execute("SELECT pg_backup_start('a test', true)")
    cursor.execute("SELECT pg_backup_stop()")
    assert_soon(cursor, "SELECT last_archived_wal LIKE '%.backup' FROM pg_stat_archiver")
    assert 0 <= figures(cursor)["archive_waiting_bytes"][0] < 65536
    (archiving.folder / "open").unlink()
    cursor.execute("CREATE TABLE t AS SELECT repeat('x', 100) FROM generate_series(1, 20000)")
    assert_waiting_soon(cursor, 2_000_000)  # a commit that is not durable is written with a delay
    cursor.execute("SELECT pg_switch_wal()")
    cursor.execute("INSERT INTO t SELECT 'y' FROM generate_series(1, 10)")
    assert_waiting_soon(cursor, 16 * 1024 * 1024)  # one WAL segment
    assert figures(cursor)["archive_age_seconds"][0] >= 0
    cursor.execute("SELECT last_archived_wal LIKE '%.backup' FROM pg_stat_archiver")
    assert cursor.fetchone() == (True,)


def test_a_role_that_may_not_look_says_so_and_breaks_nothing(archiving, cursor):
    cursor.execute("CREATE ROLE plain LOGIN")
    cursor.execute("SET ROLE plain")
    found = figures(cursor)
    assert (found["database_watched"], found["archive_waiting_bytes"]) == ([0], [])
    assert found["database_bytes"][0] > 0
    cursor.execute("RESET ROLE")
    assert figures(cursor)["database_watched"] == [1]


def assert_soon(cursor, question):
    end = time.monotonic() + PATIENCE
    while cursor.execute(question).fetchone() != (True,):
        assert time.monotonic() < end, question
        time.sleep(0.05)


def assert_waiting_soon(cursor, least_bytes):
    end = time.monotonic() + PATIENCE
    while (waiting := figures(cursor)["archive_waiting_bytes"][0]) < least_bytes:
        assert time.monotonic() < end, waiting
        time.sleep(0.05)
