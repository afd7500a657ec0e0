"""Fixture for a real Celery worker that executes tasks on the database of a test."""

import os
import sys
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection

from tools.embedded import Child

# A single process with a concurrency of 1, which needs few resources.
COMMAND = [
    "-m", "celery", "--app", "santa311", "worker", "--concurrency", "1",
    "--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "info",
]  # fmt: skip
PATIENCE = 60  # s; the machine may be busy with other tests


@pytest.fixture
def worker(request, transactional_db, clear_caches, tmp_path):
    """Run a worker until the test ends. It stops before the tables are restored.

    The default pool is Celery's `solo`, which needs the fewest resources. A test may set another
    pool as the parameter of this fixture.
    """
    log = tmp_path / "worker.log"
    command = [sys.executable, *COMMAND, "--pool", getattr(request, "param", "solo")]
    child = Child("the worker", command, log=log, env=environment(), cwd=settings.BASE_DIR)
    try:
        child.wait_until(lambda: b" ready." in log.read_bytes(), PATIENCE)
        yield child
    finally:
        child.stop()


def environment():
    address = urlsplit(os.environ["DATABASE_URL"])
    database = connection.settings_dict["NAME"]
    return {**os.environ, "DATABASE_URL": address._replace(path=f"/{database}").geturl()}
