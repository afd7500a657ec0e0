"""Fixtures for PostgreSQL and Valkey servers that a test may stop, kill or restart."""

import tempfile
from pathlib import Path

import psutil
import pytest
from django.db import connections

from city import cache
from lib import env
from lib.postgresql import base
from santa311.celery import app
from tools.embedded import Postgres, Valkey


@pytest.fixture(scope="session")
def own_folder():
    with tempfile.TemporaryDirectory(prefix="s311-away-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture(scope="session")
def own_postgres(own_folder):
    with Postgres(own_folder / "pg", durable=False) as server:
        yield server


@pytest.fixture
def server(own_postgres, django_db_blocker, monkeypatch):
    """Connect all threads of this process to a separate, empty PostgreSQL server."""
    if not own_postgres.running():
        own_postgres.start()
    before = connections["default"]
    described = {**before.settings_dict, **env.parse_database_url(own_postgres.url)}
    described["OPTIONS"] = before.settings_dict["OPTIONS"]
    monkeypatch.setattr(base.DatabaseWrapper, "_connection_pools", {})
    monkeypatch.setitem(connections.settings, "default", described)
    connections["default"] = base.DatabaseWrapper(described)
    with django_db_blocker.unblock():
        yield own_postgres
        connections["default"].close()
        connections["default"].close_pool()
        connections["default"] = before
    cache.clear_process_cache()


@pytest.fixture
def broker(own_folder, monkeypatch):
    """Start a Valkey server that is used only as the Celery broker."""
    with Valkey(own_folder / "valkey", durable=False) as server:
        monkeypatch.setattr(
            app.conf, "broker_url", server.broker_url.replace("unix://", "redis+socket://")
        )
        yield server


def signal_all_processes(server, what):
    """Send a signal to the server and to the processes that serve its connections."""
    whole = psutil.Process(server.child.pid)
    for process in [whole, *whole.children(recursive=True)]:
        process.send_signal(what)
