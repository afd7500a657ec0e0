"""The city's pack, loaded once per test database and put back after a test that emptied it."""

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection

from city import memory

_left = {"emptied": False, "blocker": None}


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """pytest-django's database, with the city in it outside of any test's transaction."""
    _left["blocker"] = django_db_blocker
    with django_db_blocker.unblock():
        call_command("load_city", verbosity=0)
        _run("CREATE TABLE {kept} AS TABLE {table}")
    yield
    with django_db_blocker.unblock():
        _end_other_sessions()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup():
    """A test with real transactions ends with empty tables: the next one, of whatever kind, finds
    the city again. Here, since no fixture comes before the one that opens a test's transaction.
    """
    if _left["emptied"]:
        with _left["blocker"].unblock():
            _put_back()
        _left["emptied"] = False


@pytest.fixture(autouse=True)
def city_is_loaded(request):
    marker = request.node.get_closest_marker("django_db")
    real = marker and marker.kwargs.get("transaction")
    if real or {"live_server", "transactional_db"} & set(request.fixturenames):
        request.getfixturevalue("transactional_db")
        _left["emptied"] = True
    memory.forget()


def _end_other_sessions():
    """A page that closed in the middle of an answer may leave a session behind, and PostgreSQL
    drops no database that has one.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def _put_back():
    city = apps.get_model("city", "City")
    if not city.objects.exists():
        _run("INSERT INTO {table} ({columns}) SELECT {columns} FROM {kept}")


def _run(statement):
    """For each table that a pack fills; `kept` is its copy, which no test knows."""
    with connection.cursor() as cursor:
        for model in _configuration():
            table = model._meta.db_table
            columns = ", ".join(f'"{field.column}"' for field in model._meta.concrete_fields)
            cursor.execute(statement.format(table=table, kept=f"kept_{table}", columns=columns))


def _configuration():
    """The models a pack fills, with what is kept of their past; first those others point to."""
    return _sorted_by_dependency(
        [model for app in ("city", "routing") for model in apps.get_app_config(app).get_models()]
    )


def _sorted_by_dependency(models):
    found = []
    while len(found) < len(models):
        found += [m for m in models if m not in found and _needs(m, models) <= set(found)]
    return found


def _needs(model, models):
    links = (field.related_model for field in model._meta.fields if field.is_relation)
    return {link for link in links if link in models and link is not model}
