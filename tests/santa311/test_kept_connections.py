"""Connections that are idle, or carry two requests, keep nobody else from a web process."""

import socket
import sys
import time
import urllib.request
from contextlib import ExitStack

import pytest
from django.conf import settings

from santa311.demo import launch
from santa311.embedded import Child
from santa311.stack import ports
from santa311.stack.application import WEB
from tests.worker import PATIENCE, environment

pytestmark = pytest.mark.stack

KEPT = 300
LENGTH, CHUNKS = b"Content-Length: 3", b"Transfer-Encoding: chunked"
ASKED = b"GET /healthz/live HTTP/1.1\r\nHost: localhost\r\n\r\n"
APPLICATION = "santa311.wsgi:application"
# As a system may have it: fewer files at first than connections. Granian asks for more itself.
FEW_FILES = ["sh", "-c", 'ulimit -Sn 200; exec "$@"', "sh"]


@pytest.fixture
def start(tmp_path):
    """Starts a web process with these options; yields its port once it answers."""
    with ExitStack() as ended:

        def started(*options):
            port = ports.free(["web"])["web"]
            command = [*FEW_FILES, sys.executable, *options, "--port", str(port), APPLICATION]
            log, cwd = tmp_path / "web.log", settings.BASE_DIR
            child = Child("the web server", command, log=log, env=environment(), cwd=cwd)
            ended.callback(child.stop)
            child.wait_until(lambda: is_answered(port), PATIENCE)
            return port

        yield started


def is_answered(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz/live", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def connect(port, sent=b""):
    line = socket.create_connection(("127.0.0.1", port), PATIENCE)
    line.sendall(sent)
    return line


@pytest.mark.parametrize(
    "options", [["-m", "granian", *WEB], launch.WEB], ids=["a city's", "the demo's"]
)
def test_others_are_answered_beside_hundreds_of_idle_connections(start, options):
    port = start(*options)
    with ExitStack() as kept:
        lines = [kept.enter_context(connect(port, ASKED)) for _ in range(KEPT)]
        assert all(line.recv(12) == b"HTTP/1.1 200" for line in lines)
        silent = [kept.enter_context(connect(port)) for _ in range(KEPT)]
        assert len(silent) == KEPT
        assert is_answered(port)


@pytest.mark.parametrize("sent", [b"", ASKED[:20], ASKED], ids=["nothing", "half", "a request"])
def test_a_connection_that_sends_no_more_is_let_go(start, sent):
    port = start("-m", "granian", *WEB, "--http1-header-read-timeout", "500")
    with connect(port, sent) as line:
        began = time.monotonic()
        while line.recv(4096):
            pass
        assert time.monotonic() - began < PATIENCE


@pytest.mark.parametrize("lines", [(LENGTH, CHUNKS), (CHUNKS, LENGTH)], ids=["length", "chunks"])
def test_of_a_length_beside_chunks_the_chunks_count_and_the_connection_ends(start, lines):
    """So nothing that follows them is taken for the request of somebody else."""
    port = start("-m", "granian", *WEB)
    head = b"\r\n".join([b"POST /healthz/live HTTP/1.1", b"Host: localhost", *lines])
    body = b"6\r\nabcdef\r\n0\r\n\r\n"
    with connect(port, head + b"\r\n\r\n" + body + ASKED) as line:
        found = b""
        while more := line.recv(4096):
            found += more
    assert found.count(b"HTTP/1.1 ") == 1
    assert b"\r\nconnection: close\r\n" in found.lower()
