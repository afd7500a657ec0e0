"""Fixtures for tests that start programs of the production stack."""

import os
import tempfile
from pathlib import Path

import pytest

from tools.embedded import ServiceFailed
from tools.stack.place import find_programs


@pytest.fixture(scope="module")
def programs():
    """Return the paths of nginx, PgBouncer, Patroni, etcd, HAProxy and tini.

    If one is missing, fail in CI, and skip the test with a hint elsewhere.
    """
    try:
        return find_programs()
    except ServiceFailed as missing:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(missing))


@pytest.fixture(scope="module")
def folder():
    """Return a temporary folder that every user may access, unlike `tmp_path`."""
    with tempfile.TemporaryDirectory(prefix="s311-stack-") as name:
        Path(name).chmod(0o755)
        yield Path(name)
