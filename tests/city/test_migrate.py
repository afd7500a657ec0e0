"""Tests for migrations while other connections use the tables."""

import threading
import time

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection, connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from city.management.commands import migrate
from lib.postgresql.indexes import AddIndexConcurrently
from notifications.models import Delivery
from tests.locks import wait_for_someone_to_block

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def held_table():
    """Lock a table in another connection until the returned event is set."""
    is_held, let_go = threading.Event(), threading.Event()

    def hold():
        with connection.cursor() as cursor:
            cursor.execute("BEGIN; LOCK TABLE django_migrations IN ACCESS EXCLUSIVE MODE")
            is_held.set()
            let_go.wait(30)
            cursor.execute("ROLLBACK")
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    assert is_held.wait(30)
    yield let_go
    let_go.set()
    thread.join()


@pytest.fixture(autouse=True)
def usual_limits():
    yield
    connections["default"].close_pool()


def test_a_migration_gives_up_on_a_locked_table_after_two_seconds(held_table):
    with pytest.raises(OperationalError, match="lock timeout"):
        call_command("migrate", tries=1, verbosity=0)


def test_a_migration_of_a_locked_table_is_retried(held_table, monkeypatch, capsys):
    monkeypatch.setattr(migrate.time, "sleep", lambda seconds: held_table.set())
    call_command("migrate", verbosity=0)
    assert "A table is in use" in capsys.readouterr().err


INDEX = "receipts_by_address"


def make_index():
    """Add an index concurrently, as a migration does for a table in use."""
    state = MigrationLoader(connection).project_state()
    index = next(each for each in Delivery._meta.indexes if each.name == INDEX)
    operation = AddIndexConcurrently("delivery", index)
    with connection.schema_editor(atomic=False) as editor:
        operation.database_forwards("notifications", editor, state, state)


def query(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone() if cursor.description else None


def is_valid():
    return query(f"SELECT indisvalid FROM pg_index WHERE indexrelid = '{INDEX}'::regclass")[0]


def test_building_an_index_waits_for_older_transactions():
    query(f"DROP INDEX {INDEX}")
    is_old = threading.Event()

    def last():
        query("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1 FROM city_city")
        is_old.set()
        wait_for_someone_to_block()
        time.sleep(2)
        query("ROLLBACK")
        connection.close()

    thread = threading.Thread(target=last)
    thread.start()
    assert is_old.wait(30)
    query("SET lock_timeout = '1s'")
    make_index()
    thread.join()
    assert is_valid()
    assert query("SELECT current_setting('lock_timeout')") == ("1s",)


def test_an_invalid_index_is_built_again():
    query(f"UPDATE pg_index SET indisvalid = false WHERE indexrelid = '{INDEX}'::regclass")
    assert not is_valid()
    make_index()
    assert is_valid()


def test_a_database_from_before_the_first_release_is_refused_with_words():
    recorder = MigrationRecorder(connection)
    recorder.record_applied(*migrate.UNSUPPORTED_MIGRATION)
    with pytest.raises(CommandError, match="Create an empty database"):
        call_command("migrate", verbosity=0)
    recorder.record_unapplied(*migrate.UNSUPPORTED_MIGRATION)
