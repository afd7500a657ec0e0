"""Tests for the backup drill with 2000 requests, and for its report."""

import os
import re
import shutil
import subprocess
import tempfile
from urllib.parse import urlsplit

import psycopg
import pytest
from django.db import connection

from santa311.observability import database
from tools.bench.backup_drill import (
    ARCHIVE_COMMAND,
    LEAST_TO_PROJECT,
    ROOT,
    Drill,
    contents,
    report,
)
from tools.embedded.postgres import programs

pytestmark = [pytest.mark.django_db, pytest.mark.stack]
REQUESTS = 2000


@pytest.fixture
def folder():
    path = tempfile.mkdtemp(prefix="s311-drill-")
    os.chmod(path, 0o755)  # as root, PostgreSQL runs as another user, who needs access
    yield path
    shutil.rmtree(path)


def like_ours(url):
    """Copy the test database with the city into the server at `url`, with pg_dump."""
    ours = urlsplit(os.environ["DATABASE_URL"])._replace(
        path=f"/{connection.settings_dict['NAME']}"
    )
    dump = subprocess.run(
        [programs() / "pg_dump", "--no-owner", "--dbname", ours.geturl()],
        check=True,
        capture_output=True,
    )
    subprocess.run(
        [programs() / "psql", "--quiet", "-v", "ON_ERROR_STOP=1", "--dbname", url],
        input=dump.stdout,
        stdout=subprocess.DEVNULL,
        check=True,
    )


class WatchedDrill(Drill):
    """A drill that stores the database metrics of the server after it waited for the archive."""

    def _wait_for_the_archive(self, connection):
        super()._wait_for_the_archive(connection)
        found = database.collect_gauges(connection.cursor())
        self.figures = {each.name: [s.value for s in each.samples] for each in found}


def test_a_lost_database_comes_back_as_it_was_before_the_accident(folder):
    drill = WatchedDrill(folder, durable=False)
    found = drill.run(REQUESTS, like_ours)
    (since,), (waiting,) = (
        drill.figures[f"santa311_archive_{name}"] for name in ("age_seconds", "waiting_bytes")
    )
    assert 0 <= since < 600
    assert 0 <= waiting < 64_000_000
    assert drill.figures["santa311_archive_failures"] == [0]
    number_of_requests, __ = found["requests_app_servicerequest"]
    assert number_of_requests == REQUESTS
    assert found["requests_app_event"][0] > 3 * REQUESTS
    assert found["city_category"][0] > 0


def test_a_piece_that_is_archived_already_is_taken_and_another_of_its_name_is_not(tmp_path):
    piece, archive = tmp_path / "piece", tmp_path / "archive"
    archive.mkdir()
    command = ARCHIVE_COMMAND.replace("/archive", str(archive))
    command = command.replace("%p", str(piece)).replace("%f", "0001")

    def is_taken(content):
        piece.write_bytes(content)
        return subprocess.run(["sh", "-c", command], check=False).returncode == 0

    assert is_taken(b"ours")
    assert is_taken(b"ours")
    assert not is_taken(b"another server's")
    assert {each.name: each.read_bytes() for each in archive.iterdir()} == {"0001": b"ours"}


@pytest.mark.parametrize("name", ["docker-compose.yml", "docs/howto/backup.md"])
def test_it_archives_as_a_city_does(name):
    text = (ROOT / name).read_text()
    assert re.findall(r"archive_command ?= ?'?([^'\n]+)", text) == [ARCHIVE_COMMAND]


def test_what_a_million_would_take_is_not_told_from_a_small_drill(folder, capsys):
    drill = Drill(folder)
    steps = ("generate", "base backup", "copy back", "replay")
    drill.seconds = dict.fromkeys(steps, 2.0)
    drill.bytes = dict.fromkeys(("database", "base backup", "WAL archive"), 10**7)
    report(drill, LEAST_TO_PROJECT - 1)
    assert "1,000,000" not in capsys.readouterr().out
    report(drill, LEAST_TO_PROJECT)
    assert "base backup 0.3 min, restore 0.7 min" in capsys.readouterr().out


def test_the_comparison_sees_one_changed_letter():
    url = connection.settings_dict
    with psycopg.connect(
        host=url["HOST"], user=url["USER"], dbname=url["NAME"], autocommit=False
    ) as ours:
        before = contents(ours)
        ours.execute("UPDATE city_category SET name = name || '.'")
        after = contents(ours)
        ours.rollback()
    assert {name for name in before if before[name] != after[name]} == {"city_category"}
