"""A real worker beside a test, on the test's own database: what is asked for happens by itself."""

import os
import sys
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection

from tools.embedded import Child

# One process that does one thing at a time, so that it costs a test little.
COMMAND = [
    "-m", "celery", "--app", "santa311", "worker", "--concurrency", "1",
    "--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "info",
]  # fmt: skip
PATIENCE = 60  # s, on a machine that is busy with other tests


@pytest.fixture
def worker(request, transactional_db, nothing_is_cached, tmp_path):
    """Run a worker until the test ends; it stops before its tables are emptied.

    Its pool is Celery's `solo`, which costs least, unless the test asks for another one.
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
