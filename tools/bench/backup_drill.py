"""The backup drill: destroy a database and restore it to a chosen point in time.

    ./run tool python -m tools.bench.backup_drill --requests 100000

Starts a PostgreSQL of its own with a WAL archive, fills it with the requests of twelve years, takes
a base backup, writes some more rows, and notes the time and the content of every table. Then it
overwrites the description of every request, kills the server and removes its files. It restores the
base backup, replays the archive up to the noted time, and compares every table. Only PostgreSQL's
own tools are used: pg_basebackup, archive_command, restore_command and recovery_target_time. Prints
the duration of each step and, for 100,000 requests or more, an estimate for a million. With fewer
requests, the fixed costs would dominate the estimate.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from tools.bench.scale.place import ROOT, fill_database
from tools.embedded import Child, Postgres, folders
from tools.embedded.postgres import programs

LEAST_TO_PROJECT = 100_000
WORK_OF_A_DAY = """UPDATE requests_app_servicerequest SET location_note = location_note || '.'
    WHERE id % 50 = 0"""
# As in docker-compose.yml and docs/howto/backup.md. An existing file is an error unless its content
# is the same: a server that crashed before it noted the success archives the file again.
ARCHIVE_COMMAND = (
    "if test -f /archive/%f; then cmp -s %p /archive/%f; else cp %p /archive/%f.part"
    " && sync /archive/%f.part && mv /archive/%f.part /archive/%f; fi && sync /archive"
)


class Differs(Exception):
    """A restored table does not have the rows that it had before."""


class Drill:
    """A drill in `folder`, which every user must be able to enter if this process runs as root.

    `seconds` and `bytes` are its results.
    """

    def __init__(self, folder, *, durable=True) -> None:
        self.folder = Path(folder)
        self.durable = durable
        self.account = folders.account()
        self.archive, self.backup = self.folder / "archive", self.folder / "backup"
        self.seconds: dict[str, float] = {}
        self.bytes: dict[str, int] = {}
        self.rows = 0

    def run(self, requests, prepare) -> dict:
        """Run the drill and return its results; raise Differs if a table differs.

        `prepare(url)` creates the tables and the city in an empty database.
        """
        folders.make(self.folder)
        for each in (self.archive, self.backup):
            folders.make_private(each, self.account)
        with Postgres(self.folder / "primary", durable=self.durable) as primary:
            self._archive_from(primary)
            with self._timed("schema"):
                prepare(primary.url)
            noted = self._live(primary, requests)
            primary.kill()
        shutil.rmtree(self.folder / "primary")
        return self._restore(*noted)

    def _archive_from(self, server) -> None:
        """Set up the WAL archive as docs/howto/backup.md describes."""
        command = ARCHIVE_COMMAND.replace("/archive", f'"{self.archive}"')
        with psycopg.connect(server.url, autocommit=True) as connection:
            for name, value in {
                "archive_mode": "on",
                "archive_command": command,
                "archive_timeout": "60",
            }.items():
                connection.execute(f"ALTER SYSTEM SET {name} = '{value}'")
        server.stop()
        server.start()

    def _live(self, server, requests) -> tuple[Any, dict]:
        """Create the requests, take the base backup, write more rows, and destroy the data.

        Return the time before the destruction, and the content of the tables at that time.
        """
        with self._timed("generate"):
            fill_database(_environment(server.url), requests)
        with psycopg.connect(server.url, autocommit=True) as connection:
            size = "SELECT pg_database_size(current_database())"
            [(self.bytes["database"],)] = connection.execute(size).fetchall()
            with self._timed("base backup"):
                self._back_up(server)
            self.bytes["base backup"] = _size_of(self.backup)
            connection.execute(WORK_OF_A_DAY)
            with self._timed("checksums"):
                before = contents(connection)
            self.rows = sum(count for count, _sum in before.values())
            [(moment,)] = connection.execute("SELECT clock_timestamp()").fetchall()
            connection.execute("UPDATE requests_app_servicerequest SET description = 'lost'")
            with self._timed("last WAL archived"):
                self._wait_for_the_archive(connection)
            self.bytes["WAL archive"] = _size_of(self.archive)
        return moment, before

    def _back_up(self, server) -> None:
        command = [
            programs() / "pg_basebackup", "--dbname", server.url, "--pgdata", self.backup,
            "--checkpoint", "fast", "--wal-method", "none", "--no-manifest",
        ]  # fmt: skip
        self._run("pg_basebackup", command)

    def _wait_for_the_archive(self, connection) -> None:
        """Close the WAL segment being written, and wait until it is archived."""
        name = connection.execute("SELECT pg_walfile_name(pg_switch_wal())").fetchone()[0]
        archived = "SELECT last_archived_wal >= %s FROM pg_stat_archiver"
        while not connection.execute(archived, [name]).fetchone()[0]:
            time.sleep(0.05)

    def _run(self, name, command) -> None:
        child = Child(name, command, log=self.folder / f"{name}.log", account=self.account)
        if child.wait(seconds=1800):
            raise RuntimeError(f"{name} failed.\n{child.last_words()}")

    def _restore(self, moment, before) -> dict:
        restored = Postgres(self.folder / "restored", durable=self.durable)
        folders.make(restored.data_dir)
        with self._timed("copy back"):
            folders.make_private(restored.cluster, self.account)
            self._run("cp", ["cp", "-a", f"{self.backup}/.", restored.cluster])
        with (restored.cluster / "postgresql.auto.conf").open("a") as settings:
            settings.write(
                f"archive_mode = 'off'\nrestore_command = 'cp \"{self.archive}/%f\" \"%p\"'\n"
                f"recovery_target_time = '{moment.isoformat()}'\n"
                "recovery_target_action = 'promote'\n"
            )
        (restored.cluster / "recovery.signal").touch()
        with self._timed("replay"):
            restored.start()
            with psycopg.connect(restored.url, autocommit=True) as connection:
                _wait_until_writable(connection)
        try:
            with psycopg.connect(restored.url, autocommit=True) as connection:
                found = contents(connection)
                connection.execute(WORK_OF_A_DAY)  # the restored server accepts writes
        finally:
            restored.stop()
        if wrong := sorted(name for name in before if found.get(name) != before[name]):
            raise Differs(f"These tables came back with other rows: {', '.join(wrong)}")
        return found

    @contextmanager
    def _timed(self, step) -> Iterator[None]:
        started = time.monotonic()
        yield
        self.seconds[step] = time.monotonic() - started


def contents(connection) -> dict:
    """Return the row count and a sum of row hashes, independent of row order, for each table."""
    names = connection.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
    ).fetchall()
    look = 'SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)), 0) FROM "{}" t'
    return {name: connection.execute(look.format(name)).fetchone() for (name,) in names}


def _wait_until_writable(connection) -> None:
    while connection.execute("SELECT pg_is_in_recovery()").fetchone()[0]:
        time.sleep(0.05)


def _size_of(folder) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def migrate(url) -> None:
    """Create the tables and load the city, as an installation does."""
    for command in (["migrate", "--no-input", "-v0"], ["load_city", "-v0"]):
        subprocess.run(
            [sys.executable, "manage.py", *command], check=True, cwd=ROOT, env=_environment(url)
        )


def _environment(url: str) -> dict[str, str]:
    given = {"DATABASE_URL": url, "REDIS_URL": "redis://unused", "SECRET_KEY": "of a drill"}
    settings = {"DJANGO_SETTINGS_MODULE": "santa311.settings", "EMAIL_URL": "memory:"}
    return os.environ | given | settings | {"LOG_LEVEL": "WARNING"}


def report(drill, requests) -> None:
    mb = {name: n / 1e6 for name, n in drill.bytes.items()}
    took = drill.seconds
    print(f"{requests} requests, {drill.rows} rows, {mb['database']:.0f} MB")
    for step, seconds in took.items():
        print(f"  {step:<18}{seconds:8.1f} s")
    print(f"  generated         {drill.rows / took['generate']:8.0f} rows/s")
    print(f"  base backup       {mb['base backup'] / took['base backup']:8.0f} MB/s")
    restore = took["copy back"] + took["replay"]
    print(f"  restored          {mb['base backup'] / restore:8.0f} MB/s, every table equal")
    print(f"  WAL archive       {mb['WAL archive']:8.0f} MB")
    if requests < LEAST_TO_PROJECT:
        return
    times = 1_000_000 / requests
    print(
        f"  1,000,000 requests at these rates: base backup {took['base backup'] * times / 60:.1f}"
        f" min, restore {restore * times / 60:.1f} min"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--folder", help="where it happens; removed afterwards")
    options = parser.parse_args()
    folder = Path(options.folder or tempfile.mkdtemp(prefix="s311-drill-"))
    folders.make(folder)
    folder.chmod(0o755)  # as root, PostgreSQL runs as a user who must be able to enter
    drill = Drill(folder)
    try:
        drill.run(options.requests, migrate)
        report(drill, options.requests)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
