"""Migrations beside people who use the tables."""

import threading

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection, connections

from city.management.commands import migrate

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def held_table():
    """Somebody holds a table in a transaction of their own until told otherwise."""
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


def test_a_table_in_use_is_left_after_two_seconds(held_table):
    with pytest.raises(OperationalError, match="lock timeout"):
        call_command("migrate", tries=1, verbosity=0)


def test_and_asked_for_again(held_table, monkeypatch, capsys):
    monkeypatch.setattr(migrate.time, "sleep", lambda seconds: held_table.set())
    call_command("migrate", verbosity=0)
    assert "A table is in use" in capsys.readouterr().err
