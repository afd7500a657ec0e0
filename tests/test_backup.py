"""Tests for `deploy/backup` and `deploy/copy_photos` with a real PostgreSQL server."""

import os
import shutil
import subprocess
from datetime import datetime, timedelta

import psycopg
import pytest

from tests.test_deploy import program
from tools.bench.backup_drill import ARCHIVE_COMMAND, ROOT
from tools.embedded import Postgres, folders
from tools.embedded.postgres import programs

pytestmark = pytest.mark.stack
# Replacement for `docker compose exec`: runs the command here instead of in a container.
DOCKER = '#!/bin/sh\n[ "$1 $2 $3 $4" = "compose exec --no-TTY postgres" ] && shift 4 && exec "$@"\n'
PHOTO_TABLES = """
CREATE TABLE IF NOT EXISTS requests_app_photofilechange
    (id bigserial PRIMARY KEY, name text, changed_at timestamptz);
CREATE TABLE IF NOT EXISTS requests_app_photocopy (id bigint PRIMARY KEY, copied_until timestamptz);
"""  # the tables that the migration creates
BROKEN = f'#!/bin/sh\n{programs()}/pg_basebackup "$@" | (head -c 100000; cat >/dev/null)\nexit 1\n'


def days_ago(days):
    return str((datetime.now().astimezone() - timedelta(days)).date())


def name_of(days):
    return f"{days_ago(days)}.tar.gz"


def is_before(name, first):
    """Return True if the WAL file `name` is older than `first`, ignoring the timeline."""
    return name[8:24] < first[8:24]


class City:
    """A PostgreSQL server that archives its WAL. `back_up` runs the backup script on it."""

    def __init__(self, folder):
        self.folder = folder
        self.account = folders.account()
        self.archive, self.kept, self.programs = (folder / each for each in ("wal", "kept", "bin"))
        folders.make(folder)
        folders.make_private(self.archive, self.account)
        for each in (self.kept, self.programs):
            each.mkdir()
        command = ARCHIVE_COMMAND.replace("/archive", str(self.archive))
        settings = {"archive_mode": "on", "archive_command": command}
        self.server = Postgres(folder / "pg", durable=False, settings=settings)

    def bring(self, name, text):
        """Write an executable that comes before others of the same name on the PATH."""
        (self.programs / name).write_text(text)
        (self.programs / name).chmod(0o755)

    def back_up(self, **more):
        return self.run("backup", **more)

    def run(self, script, **more):
        path = f"{self.programs}:{programs()}:{os.environ['PATH']}"
        told = {"PATH": path, "BACKUP_FOLDER": self.kept, "ARCHIVE": self.archive}
        told = {**os.environ, **told, "PRIMARY": self.server.url, **more}
        return subprocess.run(
            [ROOT / "deploy" / script], env={name: str(told[name]) for name in told},
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    def must_back_up(self, **more):
        done = self.back_up(**more)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()[-1]

    def write(self, words):
        with psycopg.connect(self.server.url, autocommit=True) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS report (words text)")
            connection.execute("INSERT INTO report VALUES (%s)", [words])
            connection.execute("SELECT pg_switch_wal()")

    def note(self, *names, seconds=40):
        """Record photo files as changed `seconds` ago, as the application's trigger does."""
        with psycopg.connect(self.server.url, autocommit=True) as connection:
            connection.execute(PHOTO_TABLES)
            for name in names:
                connection.execute(
                    "INSERT INTO requests_app_photofilechange (name, changed_at)"
                    " VALUES (%s, now() - make_interval(secs => %s))", [name, seconds],
                )  # fmt: skip

    def copy_photos(self, **more):
        return self.run("copy_photos", **more)

    def ask(self, query):
        with psycopg.connect(self.server.url) as connection:
            return connection.execute(query).fetchall()

    def archived(self):
        """Return the names of the complete files in the archive."""
        return {path.name for path in self.archive.iterdir() if path.suffix != ".part"}

    def files(self):
        return {path: path.read_bytes() for path in self.kept.rglob("*") if path.is_file()}


@pytest.fixture
def city(own_folder, request):
    city = City(own_folder / request.node.name.partition("[")[0][:24])
    with city.server:
        city.write("before")
        yield city
    shutil.rmtree(city.folder)


def restored(city):
    """Return the rows of a new server restored from the base backup and the WAL archive."""
    new = Postgres(city.folder / "new", durable=False)
    folders.make(new.data_dir)
    folders.make_private(new.cluster, city.account)
    brought = city.folder / "brought"
    shutil.copytree(city.kept / "archive", brought)
    unpack = f"tar -xzf {city.kept / name_of(0)} -C {new.cluster}; gunzip {brought}/*"
    if city.account:
        unpack += f"; chown -R nobody {new.cluster} {brought}"
    subprocess.run(["sh", "-euc", unpack], check=True)
    with (new.cluster / "postgresql.auto.conf").open("a") as settings:
        settings.write(f"restore_command = 'cp {brought}/%f %p'\n")
    (new.cluster / "recovery.signal").touch()
    with new, psycopg.connect(new.url) as connection:
        return [words for (words,) in connection.execute("SELECT words FROM report ORDER BY 1")]


@pytest.mark.parametrize("way", ["plain", "compose"])
def test_a_new_server_has_all_that_was_archived(city, way):
    if way == "compose":
        city.bring("docker", DOCKER)
        socket = city.server.data_dir / "socket"
        compose = {"PRIMARY": "", "PGHOST": socket, "PGDATABASE": "postgres"}
    else:
        compose = {}
    city.must_back_up(**compose)
    city.write("later")
    said = city.must_back_up(**compose)
    assert said.startswith(f"Kept in {city.kept}: 1 base backups from {name_of(0)} to {name_of(0)}")
    assert said.endswith("no photos: PHOTOS_COPY is not set.")
    listed = subprocess.run(
        ["tar", "-tzf", city.kept / name_of(0)], capture_output=True, text=True, check=True
    )
    assert "PG_VERSION" in listed.stdout.splitlines()
    assert restored(city) == ["before", "later"]


def test_a_base_backup_that_fails_halfway_leaves_last_nights_as_they_were(city):
    city.must_back_up()
    shutil.copy(city.kept / name_of(0), city.kept / name_of(1))
    before = city.files()
    city.write("later")
    city.bring("pg_basebackup", BROKEN)
    done = city.back_up()
    assert done.returncode != 0
    assert done.stderr.splitlines()[-1] == "The backup failed at: the base backup"
    assert {path: text for path, text in city.files().items() if path.suffix != ".part"} == before


def test_a_server_whose_archive_is_elsewhere_has_no_backup(city):
    """The base backup could not be restored without the server's WAL."""
    empty = city.folder / "empty"
    empty.mkdir()
    (empty / "0000000100000000000000AA").touch()
    done = city.back_up(ARCHIVE=empty)
    assert done.returncode != 0
    assert "without which this base backup is worth nothing" in done.stderr
    assert not list(city.kept.glob("*.tar.gz"))


def test_what_is_older_goes_with_the_wal_that_only_it_needs(city):
    for days in (10, 3):
        city.must_back_up(BACKUP_DAYS=30)
        (city.kept / name_of(0)).rename(city.kept / name_of(days))
        city.write(f"{days} days ago")
    everything = city.archived()
    said = city.must_back_up(BACKUP_DAYS=5)
    assert {path.name for path in city.kept.glob("*.tar.gz")} == {name_of(3), name_of(0)}
    first = said.partition("WAL since ")[2].partition(";")[0]
    kept = city.archived()
    assert {name for name in everything if not is_before(name, first)} <= kept
    assert everything - kept
    assert not [name for name in kept if is_before(name, first)]
    assert {path.name.removesuffix(".gz") for path in (city.kept / "archive").iterdir()} == kept


@pytest.fixture
def photos(city):
    """Return the settings for a bucket and its copy, both folders. The photos are 2 hours old."""
    program("rclone", "rclone")
    bucket = city.folder / "photos"
    (bucket / "sizes").mkdir(parents=True)
    for name in ("one", "two", "sizes/a"):
        write_old(bucket / name, name)
    city.note()
    return {"PHOTOS": bucket, "PHOTOS_COPY": city.folder / "copy"}


def write_old(path, text):
    path.write_text(text)
    os.utime(path, times=(path.stat().st_atime - 7200,) * 2)


def list_files(folder):
    return {
        str(path.relative_to(folder)): path.read_text()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_photo_that_the_bucket_lost_stays_in_the_copy(city, photos):
    bucket, copy = photos.values()
    assert city.must_back_up(**photos).endswith(f"the photos in {copy}.")
    for days in (40, 20):
        (copy / "before" / days_ago(days)).mkdir(parents=True)
    (bucket / "one").unlink()
    city.must_back_up(**photos)
    assert set(list_files(copy / "now")) == {"two", "sizes/a"}
    assert (copy / "before" / days_ago(0) / "one").read_text() == "one"
    assert {path.name for path in (copy / "before").iterdir()} == {days_ago(20), days_ago(0)}


def test_the_night_leaves_what_is_copied_while_it_compares(city, photos):
    """A photo may be copied after the nightly backup has listed the bucket."""
    copy = photos["PHOTOS_COPY"]
    city.must_back_up(**photos)
    (copy / "now" / "later").write_text("later")
    city.must_back_up(**photos)
    assert "later" in list_files(copy / "now")


def test_the_copy_has_what_changed_each_minute_and_keeps_what_is_gone(city, photos):
    bucket, copy = photos.values()
    city.note("one", "two", "sizes/a", "never stored")
    assert city.copy_photos(**photos).returncode == 0
    assert list_files(copy) == {f"now/{name}": name for name in ("one", "two", "sizes/a")}
    (bucket / "one").unlink()
    (bucket / "two").write_text("replaced")
    (bucket / "not told").write_text("and not looked for")
    city.note("one", "two", "two")
    assert city.copy_photos(**photos).returncode == 0
    before = f"before/{days_ago(0)}"
    assert list_files(copy) == {
        "now/two": "replaced", "now/sizes/a": "sizes/a",
        f"{before}/one": "one", f"{before}/two": "two",
    }  # fmt: skip
    assert city.ask("SELECT * FROM requests_app_photofilechange") == []
    [(age,)] = city.ask("SELECT now() - copied_until FROM requests_app_photocopy")
    assert timedelta(seconds=30) <= age < timedelta(seconds=60)


def test_what_has_just_changed_waits_for_half_a_minute(city, photos):
    """Some files are deleted only after the transaction that deletes their row is committed."""
    city.note("one", seconds=40)
    city.note("two", seconds=5)
    assert city.copy_photos(**photos).returncode == 0
    assert set(list_files(photos["PHOTOS_COPY"] / "now")) == {"one"}
    assert city.ask("SELECT name FROM requests_app_photofilechange") == [("two",)]


def test_more_than_a_thousand_changes_are_copied_in_turn(city, photos):
    city.note("one", *(f"gone {number}" for number in range(1000)), "two")
    assert city.copy_photos(**photos).returncode == 0
    assert set(list_files(photos["PHOTOS_COPY"] / "now")) == {"one", "two"}
    assert city.ask("SELECT * FROM requests_app_photofilechange") == []


def test_a_copy_that_fails_is_made_the_next_time(city, photos):
    city.note("one")
    bucket = photos["PHOTOS"]
    done = city.copy_photos(**photos | {"PHOTOS": "nowhere:photos"})
    assert done.returncode != 0
    assert "nowhere" in done.stderr
    assert city.ask("SELECT * FROM requests_app_photocopy") == []
    assert city.copy_photos(**photos | {"PHOTOS": bucket}).returncode == 0
    assert set(list_files(photos["PHOTOS_COPY"] / "now")) == {"one"}


def test_without_a_place_for_it_there_is_no_copy(city):
    assert city.copy_photos(PHOTOS_COPY="").returncode == 0


def test_two_at_a_time_do_not_meet(city):
    with subprocess.Popen(["flock", city.kept / "lock", "sleep", "60"]) as other:
        while not (city.kept / "lock").exists():
            pass
        done = city.back_up()
        other.kill()
    assert done.returncode != 0
    assert "Another backup is at work" in done.stderr
