"""Tests for the folder of the demo: accepted folders, deletion, and concurrent use."""

import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest

from tests.tools.embedded.test_embedded import gone
from tools.demo.launch import list_hosts, parse, refuse_a_taken_port
from tools.demo.place import Place, find_folder
from tools.embedded import ServiceFailed
from tools.stack import ports

pytestmark = pytest.mark.stack

BORROW = """
import sys; from tools.demo.place import Place
with Place(sys.argv[1]).borrowed():
    print("in", flush=True); sys.stdin.readline()
print("out", flush=True)
"""


@pytest.fixture
def place(monkeypatch):
    """Return a place in a folder that every user may enter, with services of its own."""
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.delenv("REDIS_URL")
    monkeypatch.delenv("SECRET_KEY")
    with tempfile.TemporaryDirectory(prefix="s311-place-") as name:
        Path(name).chmod(0o755)
        place = Place(Path(name) / "demo")
        place.make()
        yield place


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("three years of work")
    with pytest.raises(ServiceFailed, match="holds something else"):
        Place(tmp_path).make()


def test_starting_over_removes_only_what_the_demo_made(place):
    mine = place.folder / "notes.txt"
    mine.write_text("mine")
    (place.folder / "photos" / "a").mkdir(parents=True)
    key = place.environment()["SECRET_KEY"]
    assert place.environment()["SECRET_KEY"] == key
    place.empty()
    assert mine.exists()
    assert not (place.folder / "photos").exists()
    assert place.environment()["SECRET_KEY"] != key


def test_the_folder_of_an_older_version_is_recognized_until_it_is_emptied(place):
    assert not place.is_of_an_older_version()
    (place.folder / ".santa311-demo").write_text("")  # the marker file of older versions
    Place(place.folder).make()
    assert place.is_of_an_older_version()
    place.empty()
    assert not place.is_of_an_older_version()


def test_a_second_demo_on_the_same_data_is_told_where_the_first_one_is(place):
    place.address = "http://localhost:8123"
    with place.held(), pytest.raises(ServiceFailed, match=r"already.*8123.*--data-dir"):
        Place(place.folder).held().__enter__()


def test_commands_share_what_one_of_them_started(place):
    first = borrow(place)
    second = borrow(place)
    server = place.services["DATABASE_URL"]
    number = server.running()
    with pytest.raises(ServiceFailed, match="manage command still uses"):
        place.held().__enter__()
    first.stdin.write("\n")  # the process that started the services now waits for the other one
    first.stdin.flush()
    with psycopg.connect(server.url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    for command in (second, first):
        assert command.communicate("\n" if command is second else None, timeout=60)[0] == "out\n"
    assert gone(number)


def borrow(place):
    """Return a process that uses the services of the place until it reads a line."""
    environment = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "REDIS_URL"}}
    command = subprocess.Popen(
        [sys.executable, "-c", BORROW, place.folder],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    assert command.stdout.readline() == "in\n"
    return command


def test_services_of_somebody_elses_are_used_and_left_alone(monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", "postgresql://db.example.org/city")
    monkeypatch.delenv("REDIS_URL")
    place = Place(tmp_path)
    assert list(place.services) == ["REDIS_URL"]
    place.make()
    assert "DATABASE_URL" not in place.environment()


def test_a_taken_port_is_said_before_anything_starts():
    port = ports.free(["web"])["web"]
    said = f"Port {port} is taken.*--port {port + 1}"
    with socket.create_server(("127.0.0.1", port)), pytest.raises(ServiceFailed, match=said):
        refuse_a_taken_port("127.0.0.1", port)
    refuse_a_taken_port("127.0.0.1", port)


def test_only_this_machine_may_come_in_unless_it_is_asked_for():
    assert parse([]).host == "127.0.0.1"
    assert list_hosts("127.0.0.1") == []
    assert list_hosts("192.0.2.7")[-1] == "192.0.2.7"
    assert list_hosts("0.0.0.0")


def test_a_plain_user_keeps_the_demo_at_home(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setenv("XDG_DATA_HOME", "/home/ana/data")
    assert find_folder() == Path("/home/ana/data/santa311-demo")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert find_folder() == Path("/var/lib/santa311-demo")
