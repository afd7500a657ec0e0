"""Tests for the tools of the fault experiments: proxy, mail server, and parser of forms."""

import contextlib
import smtplib
import socket
import threading

import pytest

import tools.bench.faults.experiments  # noqa: F401 - notes them
from tools.bench.faults.browser import NO_ANSWER, Forms
from tools.bench.faults.experiment import CI, EXPERIMENTS, ORDER
from tools.bench.faults.proxy import Line
from tools.bench.faults.sink import Sink
from tools.bench.waiting import wait_for


@pytest.fixture
def echo():
    """Start a server that sends back the bytes that it receives; return its address."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve():
        while True:
            try:
                line, _address = server.accept()
            except OSError:
                return
            threading.Thread(target=_answer, args=(line,), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    yield server.getsockname()
    server.close()


def _answer(line):
    with line, contextlib.suppress(ConnectionError):
        while data := line.recv(65536):
            line.sendall(data)


@pytest.fixture
def line(echo):
    line = Line(echo).start()
    yield line
    line.stop()


def said(line, data, patience=5.0):
    """Return the response to `data`, or the class of the error."""
    try:
        with socket.create_connection(line.address, patience) as client:
            client.settimeout(patience)
            client.sendall(data)
            heard = b""
            while len(heard) < len(data) and (part := client.recv(65536)):
                heard += part
            return heard
    except OSError as error:
        return type(error)


def test_a_line_passes_what_it_is_given(line):
    data = b"x" * 100_000
    assert said(line, data) == data


def test_a_deaf_line_takes_the_call_and_says_nothing_until_it_is_mended(line):
    line.set("blackhole")
    assert said(line, b"hello", patience=0.3) is TimeoutError
    line.set("pass")
    assert said(line, b"hello") == b"hello"


def test_a_torn_line_passes_so_many_bytes_and_no_more(line):
    line.set("cutreply", 3)
    assert said(line, b"hello") in {b"hel", ConnectionResetError}
    line.set("cutreply", 0)
    assert said(line, b"hello") in {b"", ConnectionResetError}
    line.set("refuse")
    assert said(line, b"hello") in {b"", ConnectionResetError, BrokenPipeError}


def test_a_mail_server_that_says_later_or_no_takes_nothing():
    sink = Sink().start()
    try:
        host, port = sink.address
        sink.mood = "451 later"
        with smtplib.SMTP(host, port) as client, pytest.raises(smtplib.SMTPRecipientsRefused):
            client.sendmail("city@example.org", ["ana@example.org"], "Message-ID: <1>\n\nHello")
        sink.mood = ""
        with smtplib.SMTP(host, port) as client:
            client.sendmail("city@example.org", ["ana@example.org"], "Message-ID: <1>\n\nHello")
        assert sink.received_anew() == {("ana@example.org", "<1>"): 1}
        with smtplib.SMTP(host, port) as client:
            client.sendmail("city@example.org", ["ana@example.org"], "Message-ID: <1>\n\nHello")
        assert sink.received_anew() == {("ana@example.org", "<1>"): 2}
        # the earlier call counted the repetition
        assert sink.received_anew() == {("ana@example.org", "<1>"): 1}
    finally:
        sink.stop()


def test_a_form_is_read_as_a_browser_would_send_it():
    page = """<form action="/a/routing/"><input type="hidden" name="seen" value="7">
        <input type="radio" name="to" value="x"><input type="radio" name="to" value="y" checked>
        <select name="why"><option value="">Choose</option><option value="z">Z</option></select>
        </form><input name="outside" value="1">"""
    action, given, choices = Forms(page).find_by_ending("/routing/")
    assert action == "/a/routing/"
    assert given == {"seen": "7", "to": "y", "why": ""}
    assert choices == {"to": ["x", "y"], "why": ["", "z"]}


def test_every_experiment_of_the_list_is_there():
    listed = {f"F{number}" for number in range(1, 30)} | {"F1b", "F6b", "F9b", "F10b"}
    listed |= {"F30", "F31", "F32", "F33", "F34"}
    listed |= {f"F5{letter}" for letter in "bcdefghijkl"}
    assert set(EXPERIMENTS) == set(ORDER) == listed
    assert set(CI) <= listed


def test_no_answer_has_no_status_and_no_forms():
    assert not NO_ANSWER.status_code
    assert Forms(NO_ANSWER.text).find_by_ending("/routing/") is None


def test_waiting_ends_with_what_was_found_or_in_time():
    asked = iter(["", "", "found"])
    assert wait_for(lambda: next(asked), 5, pause=0).found == "found"
    assert wait_for(lambda: None, patience=0.01, pause=0.001).seconds >= 0.01
