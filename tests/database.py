"""The test database: created once per run, copied for each process, restored after tests.

The first process that needs a database migrates one and loads the city into it. Each process then
works on its own copy. A test with real transactions commits its writes, so afterwards the loaded
rows of every table are restored. This needs a role that may set `session_replication_role`, such
as a superuser.
"""

import os
import time
from contextlib import contextmanager

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import TransactionTestCase

# The processes of one run share this name; other runs on the same server have other names.
LOADED = f"test_loaded_{os.environ.get('PYTEST_XDIST_TESTRUNUID', os.getpid())}"
OWN = f"{LOADED}_{os.environ.get('PYTEST_XDIST_WORKER', 'only')}"
LOCK = 311  # key of the PostgreSQL advisory lock
PATIENCE = 20  # s; the machine may be busy with other tests

# Table `kept`: the tables with rows, their number of rows, and the transaction that stored them.
_KEEP_ROWS = """
DO $$
DECLARE
    found record;
    count bigint;
BEGIN
    CREATE SCHEMA as_loaded;
    CREATE TABLE as_loaded.kept (name name PRIMARY KEY, count bigint, since xid);
    FOR found IN SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('SELECT count(*) FROM public.%I', found.name) INTO count;
        IF count > 0 THEN
            EXECUTE format('CREATE TABLE as_loaded.%1$I AS TABLE public.%1$I', found.name);
            INSERT INTO as_loaded.kept VALUES (found.name, count, pg_current_xact_id()::xid);
        END IF;
    END LOOP;
END $$"""

# The role `replica` disables foreign keys and the trigger that makes events append-only. A row
# written later has a younger transaction (`xmin`), so the contents are not compared.
_PUT_ROWS_BACK = """
DO $$
DECLARE
    found record;
    is_changed boolean;
BEGIN
    PERFORM set_config('session_replication_role', 'replica', true);
    FOR found IN
        SELECT tablename AS name, kept.count, kept.since
        FROM pg_tables LEFT JOIN as_loaded.kept ON kept.name = tablename
        WHERE schemaname = 'public'
    LOOP
        IF found.count IS NULL THEN
            EXECUTE format('DELETE FROM public.%I', found.name);
            CONTINUE;
        END IF;
        EXECUTE format(
            'SELECT count(*) <> $1 OR count(*) FILTER (WHERE age(xmin) < age($2)) > 0
            FROM public.%I', found.name
        ) INTO is_changed USING found.count, found.since;
        IF is_changed THEN
            EXECUTE format('DELETE FROM public.%I', found.name);
            EXECUTE format('INSERT INTO public.%1$I TABLE as_loaded.%1$I', found.name);
            UPDATE as_loaded.kept SET since = pg_current_xact_id()::xid WHERE name = found.name;
        END IF;
    END LOOP;
END $$"""

_AT_WORK = """
SELECT pid, state, query FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
AND backend_type = 'client backend' AND state <> 'idle'"""


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker):
    """Create this process's copy of the loaded database, and drop it at the end.

    This replaces the fixture of pytest-django.
    """
    with django_db_blocker.unblock():
        with _one_at_a_time() as cursor:
            if not _exists(cursor, LOADED):
                _make_loaded()
            cursor.execute(f"CREATE DATABASE {OWN} TEMPLATE {LOADED}")
        connection.settings_dict["NAME"] = OWN
        TransactionTestCase._fixture_teardown = lambda test: put_back()
    yield
    with django_db_blocker.unblock():
        connection.close()
        connection.close_pool()
        with _one_at_a_time() as cursor:
            # A page that was closed during a response may have left a session open.
            cursor.execute(f"DROP DATABASE {OWN} WITH (FORCE)")
            if not _exists(cursor, f"{LOADED}_%"):
                cursor.execute(f"DROP DATABASE {LOADED}")


def put_back():
    """Restore the loaded rows after a test with real transactions.

    Wait until no other connection is active. Fail after `PATIENCE` seconds.
    """
    with connection.cursor() as cursor:
        _wait_for_others(cursor)
        cursor.execute(_PUT_ROWS_BACK)


@contextmanager
def _one_at_a_time():
    with connection.creation._nodb_cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")  # another process may be loading the city
        cursor.execute(f"SELECT pg_advisory_lock({LOCK})")
        yield cursor  # closing the connection releases the lock


def _exists(cursor, pattern):
    cursor.execute("SELECT FROM pg_database WHERE datname LIKE %s", [pattern])
    return cursor.rowcount > 0


def _make_loaded():
    connection.settings_dict["TEST"]["NAME"] = LOADED
    connection.creation.create_test_db(verbosity=0)
    call_command("load_city", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute(_KEEP_ROWS)
    connection.close()
    connection.close_pool()


def _wait_for_others(cursor):
    deadline = time.monotonic() + PATIENCE
    while at_work := cursor.execute(_AT_WORK).fetchall():
        assert time.monotonic() < deadline, f"The test ended before what it started: {at_work}"
        time.sleep(0.01)
