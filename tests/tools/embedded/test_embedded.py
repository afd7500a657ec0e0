"""Tests for the PostgreSQL and Valkey that demo and tests start: start, recovery and cleanup."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from tools.embedded import Child, Postgres, ServiceFailed, Valkey, folders, postgres

pytestmark = pytest.mark.stack

PATIENCE = 60  # seconds; long, because other tests may use the CPU at the same time


@pytest.fixture
def folder():
    """Return a folder that every user may enter; pytest's temporary folders are private."""
    with tempfile.TemporaryDirectory(prefix="s311-embedded-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def test_postgresql_starts_stops_and_keeps_its_data(folder):
    with Postgres(folder / "pg") as server, psycopg.connect(server.url) as connection:
        connection.execute("CREATE TABLE shell (name text)")
        connection.execute("INSERT INTO shell VALUES ('sand dollar')")
    assert not server.running()
    with Postgres(folder / "pg") as server, psycopg.connect(server.url) as connection:
        assert connection.execute("SELECT name FROM shell").fetchone() == ("sand dollar",)


def test_postgresql_comes_back_after_a_kill(folder):
    server = Postgres(folder / "pg")
    server.start()
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("CREATE TABLE tide AS SELECT 1 AS height")
    server.kill()
    assert (server.cluster / "postmaster.pid").exists()
    with server, psycopg.connect(server.url) as connection:
        assert connection.execute("SELECT height FROM tide").fetchone() == (1,)


def test_a_process_number_that_is_somebody_elses_by_now_keeps_nothing_from_starting(folder):
    server = Postgres(folder / "pg")
    with server:
        pass
    (server.cluster / "postmaster.pid").write_text(
        f"{os.getpid()}\n{server.cluster}\n0\n5432\n\n\n"
    )
    with server:
        assert server.running()


def test_a_second_server_on_the_same_data_is_refused(folder):
    with Postgres(folder / "pg") as server:
        other = Postgres(folder / "pg")
        assert other.running() == server.child.pid
        with pytest.raises(ServiceFailed, match="already runs"):
            other.start()


def test_an_orphan_is_ended(folder):
    with Postgres(folder / "pg", durable=False) as server:
        Postgres(folder / "pg").stop_orphan()
        assert not server.running()


def test_data_of_another_version_is_left_alone(folder):
    cluster = folder / "pg" / "cluster"
    cluster.mkdir(parents=True)
    (cluster / "PG_VERSION").write_text("14\n")
    with pytest.raises(ServiceFailed, match=r"PostgreSQL 14, and this is 18.*--fresh"):
        Postgres(folder / "pg").start()
    assert (cluster / "PG_VERSION").read_text() == "14\n"


def test_a_first_start_that_was_interrupted_is_begun_again(folder):
    half = folder / "pg" / "cluster.unfinished"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    with Postgres(folder / "pg", durable=False) as server, psycopg.connect(server.url):
        assert not half.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's server runs as another user")
def test_root_is_told_when_the_servers_user_may_not_enter(folder):
    (folder / "closed").mkdir(mode=0o700)
    with pytest.raises(ServiceFailed, match="may not enter"):
        Postgres(folder / "closed" / "pg").start()
    assert (folder / "closed").stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's programs are copied")
def test_root_runs_a_copy_where_the_servers_user_may_not_reach_the_programs(folder, monkeypatch):
    monkeypatch.setattr(postgres, "_SYSTEM_FOLDER", folder / "programs")
    monkeypatch.setattr(folders, "open_to_all", lambda path: "site-packages" not in str(path))
    with Postgres(folder / "pg", durable=False):
        assert postgres.programs().is_relative_to(folder / "programs")


def test_a_deep_folder_gets_a_short_socket(folder):
    deep = folder.joinpath(*["a-rather-long-name"] * 8)
    with Postgres(deep, durable=False) as server, psycopg.connect(server.url):
        assert len(server.url) < 120


def test_valkey_keeps_its_keys_over_a_restart(folder):
    with Valkey(folder / "vk") as server, redis.Redis.from_url(server.keeper_url) as client:
        client.set("shell", "whelk")
    assert not server.running()
    with Valkey(folder / "vk") as server, redis.Redis.from_url(server.keeper_url) as client:
        assert client.get("shell") == b"whelk"


def test_a_second_valkey_is_refused_and_an_orphan_is_ended(folder):
    with Valkey(folder / "vk", durable=False) as server:
        with pytest.raises(ServiceFailed, match="already runs"):
            Valkey(folder / "vk").start()
        Valkey(folder / "vk").stop_orphan()
        server.child.wait(PATIENCE)


def test_a_program_that_ends_at_once_says_its_last_words(folder):
    child = Child("The clerk", ["sh", "-c", "echo No space left on device; exit 3"],
                  log=folder / "log")  # fmt: skip
    with pytest.raises(ServiceFailed, match=r"(?s)ended at once.*disk is full.*No space left"):
        child.wait_until(lambda: False, seconds=PATIENCE)
    assert child.stop() == 3


def test_a_program_that_never_answers_is_not_waited_for(folder):
    child = Child("The clerk", ["sleep", "60"], log=folder / "log")
    with pytest.raises(ServiceFailed, match="did not answer within"):
        child.wait_until(lambda: False, seconds=0.1)
    child.stop()
    slow = Child("The clerk", ["sleep", "60"], log=folder / "log")
    with pytest.raises(ServiceFailed, match="took longer"):
        slow.wait(0.1)
    assert slow.exit_code is not None


def test_a_program_that_does_not_listen_is_ended_with_its_children(folder):
    script = "trap '' TERM; sleep 60 & echo $! > child; echo ready > ready; wait; sleep 60"
    child = Child("The deaf", ["sh", "-c", script], log=folder / "log", cwd=folder)
    child.wait_until((folder / "ready").exists, seconds=PATIENCE)
    assert child.stop(seconds=0.2) == -signal.SIGKILL
    assert gone(int((folder / "child").read_text()))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's end")
def test_nothing_outlives_a_starter_that_was_killed(folder):
    code = (
        "import sys, time; from tools.embedded import Postgres, Valkey\n"
        "pg, vk = Postgres(sys.argv[1] + '/pg', durable=False), Valkey(sys.argv[1] + '/vk')\n"
        "pg.start(); vk.start(); print(pg.child.pid, vk.child.pid, flush=True); time.sleep(60)"
    )
    starter = subprocess.Popen(
        [sys.executable, "-c", code, folder], stdout=subprocess.PIPE, text=True
    )
    numbers = [int(number) for number in starter.stdout.readline().split()]
    starter.kill()
    starter.communicate()
    assert all(gone(number) for number in numbers)


def gone(number, seconds=PATIENCE):
    """Return True if the process ends within `seconds`. A zombie process counts as ended."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if psutil.Process(number).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.05)
    return False
