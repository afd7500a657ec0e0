"""The test database: made once per run, copied for each process, put back after each test.

The first process that wants a database migrates one and loads the city into it; each then works
on a copy of its own. A test with real transactions commits what it writes, so after it every
table gets back the rows that it had. That needs a role that may set `session_replication_role`,
as a superuser may.
"""

import os
import time
from contextlib import contextmanager

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import TransactionTestCase

# The processes of one run share the name; another run on the same server has one of its own.
LOADED = f"test_loaded_{os.environ.get('PYTEST_XDIST_TESTRUNUID', os.getpid())}"
OWN = f"{LOADED}_{os.environ.get('PYTEST_XDIST_WORKER', 'only')}"
LOCK = 311  # of PostgreSQL's advisory ones
PATIENCE = 20  # s, on a machine that is busy with other tests

# `kept` are the tables that have rows, how many, and the transaction by which they are as loaded.
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

# As a replica: neither foreign keys nor the trigger that keeps events as they are have a say. A row
# that was written since has a younger transaction (`xmin`); what it says is not read.
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
    """In the place of pytest-django's: a copy of the loaded database, gone at the end."""
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
            # A page that closed in the middle of an answer may have left a session behind.
            cursor.execute(f"DROP DATABASE {OWN} WITH (FORCE)")
            if not _exists(cursor, f"{LOADED}_%"):
                cursor.execute(f"DROP DATABASE {LOADED}")


def put_back():
    """After a test with real transactions, when all that it started has come to its end."""
    with connection.cursor() as cursor:
        _wait_for_others(cursor)
        cursor.execute(_PUT_ROWS_BACK)


@contextmanager
def _one_at_a_time():
    with connection.creation._nodb_cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")  # others may be loading theirs
        cursor.execute(f"SELECT pg_advisory_lock({LOCK})")
        yield cursor  # the lock ends with the connection


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
