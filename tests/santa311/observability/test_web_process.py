"""Tests for a web server with two processes: logs, shared counters and error reports."""

import json
import os
import re
import sys
import urllib.error
import urllib.request
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import connection

from tests.worker import PATIENCE, environment
from tools.embedded import Child
from tools.stack import ports

pytestmark = pytest.mark.stack

COMMAND = [
    "-m", "granian", "--interface", "wsgi", "--workers", "2", "--blocking-threads", "1",
    "--no-ws", "--log-config", "deploy/granian-logs.json", "santa311.wsgi:application",
]  # fmt: skip
NUMBER = "0123456789abcdef" * 2


@pytest.fixture
def web(transactional_db, sink, tmp_path):
    port = ports.free(["web"])["web"]
    given = {
        "LOG_FORMAT": "json",
        "LOG_LEVEL": "INFO",
        "PROMETHEUS_MULTIPROC_DIR": str(tmp_path / "metrics"),
        "BEHIND_PROXY": "1",
        "SENTRY_DSN": sink.dsn,
        "SENTRY_ENVIRONMENT": "a test",
    }
    command = [sys.executable, *COMMAND, "--port", str(port)]
    log = tmp_path / "web.log"
    child = Child(
        "the web server", command, log=log, env=environment() | given, cwd=settings.BASE_DIR
    )
    child.address = f"http://127.0.0.1:{port}"
    try:
        child.wait_until(lambda: asked(child, "/healthz/live"), PATIENCE)
        yield child
    finally:
        child.stop()


def asked(web, path, body=None, **headers):
    """Return (headers, body) of a response, or None if the server does not respond.

    The body is "" for an error status.
    """
    try:
        with urllib.request.urlopen(urllib.request.Request(web.address + path, body, headers)) as a:
            return a.headers, a.read().decode()
    except urllib.error.HTTPError as error:
        return error.headers, ""
    except OSError:
        return None


def counted(web):
    """Return [count of successful look-ups in all processes], or [] before the first one."""
    __, text = asked(web, "/metrics")
    name = 'santa311_http_requests_total{method="GET",status="200",view="look_up"}'
    return [float(line.split()[-1]) for line in text.splitlines() if line.startswith(name)]


def counters(web):
    """Return the names of the counter files, one for each process that handled a request."""
    return [name for name in os.listdir(web.log.parent / "metrics") if "counter" in name]


def test_two_processes_count_together_and_every_line_is_json(web):
    web.wait_until(lambda: asked(web, "/healthz/live") and len(counters(web)) == 2, PATIENCE)
    for _ in range(12):
        headers, __ = asked(web, "/requests/find/", **{"X-Request-ID": NUMBER})
        assert headers["X-Request-ID"] == NUMBER
    assert [counted(web) for _ in range(8)] == [[12.0]] * 8
    asked(web, f"/requests/SM-7K3Q-X9F2/mine/{'0f' * 32}/")
    text = web.log.read_text()
    assert [line for line in text.splitlines() if line[:1] != "{"] == []
    lines = [json.loads(line) for line in text.splitlines()]
    written = [line for line in lines if line.get("view") == "look_up"]
    assert {line["request_id"] for line in written} == {NUMBER}
    assert len(written) == 12
    assert "0f" * 6 not in text


@pytest.fixture
def refusing_letters(transactional_db):
    """Make every insert of a delivery fail, with the row quoted in the error message."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE notifications_delivery ADD CONSTRAINT none CHECK (id < 0)")
    yield
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE notifications_delivery DROP CONSTRAINT none")


def test_an_error_is_reported_with_its_number_and_nothing_of_the_person(
    web,
    sink,
    refusing_letters,
):
    headers, page = asked(web, "/requests/links/")
    form = {
        "email": "quirina@example.net",
        "csrfmiddlewaretoken": re.search(r'csrfmiddlewaretoken" value="(\w+)"', page)[1],
    }
    cookie = headers["Set-Cookie"].split(";")[0]
    sent = {"Cookie": cookie, "User-Agent": "Quagga/7", "X-Request-ID": NUMBER}
    asked(web, "/requests/links/?from=marmoset", urlencode(form).encode(), **sent)
    web.wait_until(lambda: sink.bodies, PATIENCE)
    (event,) = sink.events
    error = event["exception"]["values"][-1]
    assert event["tags"] == {"request_id": NUMBER}
    assert event["environment"] == "a test"
    assert event["transaction"] == "requests_app.tracking.lookup.lost_links"
    assert (error["type"], error["value"]) == (
        "IntegrityError",
        "django.db.utils.IntegrityError 23514 none",
    )
    assert any(frame["function"] == "lost_links" for frame in error["stacktrace"]["frames"])
    personal = ["quirina", "Quagga", "marmoset", cookie.split("=")[1], form["csrfmiddlewaretoken"]]
    written = sink.bodies[0] + web.log.read_text()
    assert [mark for mark in personal if mark in written] == []
