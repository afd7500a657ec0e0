"""How fast the open data is written, and in how much memory.

`./run tool python -m tools.bench.open_data --rows 1000000` makes a PostgreSQL of its own with the
first city and so many generated requests with their events (tools/bench/generated_requests.py; one
in nine is of a sensitive kind and placed at its block), and runs `manage.py export_open_data` for
each format, into a file as it is and into one that is compressed. Prints rows a second, as the
command says how long it took (Python's own start is not in it), the seconds of CPU and the most
memory of its process (with its start). Each must be at least 1,500 rows a second and under 150 MB.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import psycopg

from tools.bench.generated_requests import DEVICES, EVENTS, REFERENCE, REQUESTS
from tools.bench.scale.place import ROOT, Place
from tools.embedded import Postgres
from tools.embedded.terminal import usual_folder

MIN_ROWS_PER_SECOND, MAX_MB = 1_500, 150
AT_ONCE = 50_000
_UNREAD = """SELECT indexname FROM pg_indexes
    WHERE tablename = 'requests_app_servicerequest' AND indexdef ~ 'USING gi(n|st)'"""
FILES = ["a.csv", "a.geojson", "a.csv.gz", "a.geojson.gz"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--data-dir", help="where the server's files lie while it runs")
    options = parser.parse_args()
    folder = Path(options.data_dir or usual_folder("santa311-bench"))
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix="open-data-") as own:
        Path(own).chmod(0o755)  # as root, PostgreSQL runs as a user who must be able to enter
        place = Place("open", own, count=options.rows)
        with Postgres(place.folder / "postgres", durable=False) as postgres, place.valkey:
            place.enter(postgres)
            sys.exit(0 if _measure(place, options.rows) else 1)


def _measure(place: Place, rows: int) -> bool:
    """Return whether each file is written fast enough and in little memory; print the figures."""
    place.manage("migrate", "--verbosity", "0")
    place.manage("load_city", "--verbosity", "0")
    began = time.monotonic()
    _generate(place.url, rows)
    print(f"{rows:,} requests generated in {time.monotonic() - began:.0f} s", flush=True)
    found = [_is_good_enough(place, rows, name) for name in FILES]
    return all(found)


def _generate(url: str, rows: int) -> None:
    """Without triggers and the indexes of words and spots: nothing of theirs is read here."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        for (name,) in connection.execute(_UNREAD).fetchall():
            connection.execute(f'DROP INDEX "{name}"')
        for first in range(1, rows + 1, AT_ONCE):
            given = {"first": first, "last": min(rows, first + AT_ONCE - 1)}
            for each in (DEVICES, REQUESTS, EVENTS):
                connection.execute(each.format(**given, reference=REFERENCE))
        connection.execute("VACUUM ANALYZE requests_app_servicerequest, requests_app_event")


class Cost(NamedTuple):
    """What an export takes: seconds as the command says them, and its process's CPU and memory."""

    seconds: float
    cpu_seconds: float
    megabytes: float


def _is_good_enough(place: Place, rows: int, name: str) -> bool:
    cost = _export(place, name)
    rate, size = rows / cost.seconds, (place.folder / name).stat().st_size / 2**20
    is_good = rate >= MIN_ROWS_PER_SECOND and cost.megabytes < MAX_MB
    print(
        f"{name}: {rate:,.0f} rows a second, {cost.seconds:.1f} s, {cost.cpu_seconds:.1f} s of CPU,"
        f" {size:,.0f} MB; at most {cost.megabytes:.0f} MB of memory"
        f"{'' if is_good else ' NOT GOOD ENOUGH'}",
        flush=True,
    )
    return is_good


def _export(place: Place, name: str) -> Cost:
    command = [sys.executable, "manage.py", "export_open_data", str(place.folder / name)]
    process = subprocess.Popen(
        command, cwd=ROOT, env=place.environment, stderr=subprocess.PIPE, text=True
    )
    said = process.stderr.read()
    _pid, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(said)
    seconds = float(re.search(r"requests in ([0-9.]+) s", said)[1])
    return Cost(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


if __name__ == "__main__":
    main()
