"""Tests for `./run stack` as a process: output, failure of one part, and shutdown."""

import os
import re
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

import psutil
import pytest

from tests.services import NOT_OURS
from tests.tools.embedded.test_embedded import gone
from tools.embedded import ServiceFailed
from tools.embedded.postgres import programs
from tools.stack import Stack, ports
from tools.stack.cluster import ETCDS, NODES
from tools.stack.place import find_programs

pytestmark = pytest.mark.stack
ROOT = Path(__file__).resolve().parents[3]
# As in docs/howto/install.md
IN_A_SHELL = f'set -a; . "$0"; set +a; exec "{sys.executable}" manage.py maintenance'


def plain_environment():
    """Return the environment without variables that would override the stack's settings."""
    ours = {*NOT_OURS, "EMAIL_URL", "STATIC_FROM_SOURCE"}
    return {name: value for name, value in os.environ.items() if name not in ours}


@pytest.fixture
def folder():
    try:
        find_programs()
    except ServiceFailed as missing:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(missing))
    with tempfile.TemporaryDirectory(prefix="s311-launch-") as name:
        Path(name).chmod(0o755)
        yield Path(name) / "stack"


def launch(folder, port):
    return subprocess.Popen(
        [sys.executable, "-m", "tools.stack.launch", "--data-dir", folder, "--port", str(port)],
        env=plain_environment(),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def heard(process, words):
    """Read the output of the process until it contains `words`, and return it."""
    said = ""
    while words not in said:
        line = process.stdout.readline()
        assert line, said
        said += line
    return said


def test_it_says_what_runs_where_and_one_part_less_does_not_end_the_rest(folder):
    port = ports.free(["nginx"])["nginx"]
    with socket.create_server(("127.0.0.1", port)):
        refused = launch(folder, port)
        assert f"Port {port} is taken" in refused.communicate(timeout=60)[0]
        assert refused.returncode == 1
    process = launch(folder, port)
    try:
        said = heard(process, "the rest goes on")
        found = dict(re.findall(r"^  (\w+) +(\d+) ", said, re.MULTILINE))
        assert f"PostgreSQL's programs are in {programs()}." in said
        assert {*NODES, *ETCDS, "haproxy", "pooler", "web1", "nginx"} <= set(found)
        leaders = r"^  postgres\d +\d+  127\.\d+\.\d+\.\d:5432 +the leader$"
        assert len(re.findall(leaders, said, re.MULTILINE)) == 1
        assert re.search(rf"^  nginx +\d+  127\.0\.0\.1:{port}$", said, re.MULTILINE)
        family = psutil.Process(process.pid).children(recursive=True)

        told = folder / "environment"
        assert stat.S_IMODE(told.stat().st_mode) == 0o600
        done = subprocess.run(
            ["sh", "-c", IN_A_SHELL, told],
            env=plain_environment(), cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.stdout == "Not read only.\n", done.stderr

        os.kill(int(found["web1"]), signal.SIGTERM)
        assert "web1 ended (code 0)" in heard(process, "web1 ended")
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=60) as answer:
            assert answer.status == 200
    finally:
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=90)[0]
    assert said.endswith("Ended.\n")
    assert process.returncode == 0
    assert all(gone(member.pid) for member in family)


def test_a_start_that_fails_names_the_part_that_ended(folder):
    stack = Stack(folder)
    port = stack.addresses["s3"][1] + ports.GRPC
    taken = socket.create_server(("127.0.0.1", port))
    with taken, pytest.raises(ServiceFailed, match="SeaweedFS"), stack:
        pytest.fail("It started without its photos.")
