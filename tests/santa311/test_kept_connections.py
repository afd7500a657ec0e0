"""Tests for persistent connections to a web process: idle ones, and bodies with unclear lengths."""

import socket
import sys
import time
import urllib.request
from contextlib import ExitStack, suppress

import pytest
from django.conf import settings

from tests.worker import PATIENCE, environment
from tools.demo import launch
from tools.embedded import Child
from tools.stack import ports
from tools.stack.application import WEB

pytestmark = pytest.mark.stack

KEPT = 300
ASKED = b"GET /healthz/live HTTP/1.1\r\nHost: localhost\r\n\r\n"
APPLICATION = "santa311.wsgi:application"
# The soft limit of open files is lower than the number of connections, as on some systems. Granian
# raises it.
FEW_FILES = ["sh", "-c", 'ulimit -Sn 200; exec "$@"', "sh"]


@pytest.fixture
def start(tmp_path):
    """Return a function that starts a web process with options and returns its port."""
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


def answer_to(port: int, sent: bytes) -> bytes:
    """Return all bytes that the web process sends on one connection."""
    with connect(port, sent) as line:
        line.settimeout(5)
        parts = []
        with suppress(TimeoutError):
            while part := line.recv(65_536):
                parts.append(part)
    return b"".join(parts)


HEAD = b"POST /healthz/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
CHUNKS = b"Transfer-Encoding: chunked\r\n"
LENGTH = b"Content-Length: 60\r\n"
# By Content-Length (60 bytes) the second request is part of the body. By the chunks it is a
# separate request.
HIDDEN = b"\r\n0\r\n\r\nGET /healthz/live HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.mark.parametrize(
    "headers", [LENGTH + CHUNKS, CHUNKS + LENGTH, CHUNKS], ids=["both", "chunks first", "chunks"]
)
def test_a_body_in_chunks_is_refused_with_and_without_a_length(start, headers):
    port = start("-m", "granian", *WEB)
    answer = answer_to(port, HEAD + headers + HIDDEN)
    assert answer.startswith(b"HTTP/1.1 411 ")
    assert answer.count(b"HTTP/1.1 ") == 1, "the hidden request was answered"


@pytest.mark.parametrize(
    "headers",
    [b"Content-Length: 4\r\nContent-Length: 5\r\n", b"Transfer-Encoding: identity\r\n",
     b"Transfer-Encoding: xchunked\r\n" + LENGTH],
    ids=["two lengths", "another encoding", "an unknown encoding"],
)  # fmt: skip
def test_granian_itself_refuses_other_doubtful_lengths(start, headers):
    port = start("-m", "granian", *WEB)
    assert answer_to(port, HEAD + headers + b"\r\nhello").startswith(b"HTTP/1.1 400 ")
