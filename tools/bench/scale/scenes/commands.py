"""Scenes of commands: import of a year of an older system, export of a year of open data."""

import csv
import random
import re
import subprocess
import sys
import tempfile
import time
import tomllib
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
from django.conf import settings

from tools.bench.scale.place import ROOT
from tools.bench.scale.scenes.scene import Unexpected, add

if TYPE_CHECKING:
    from tools.bench.scale.browser import Browser
    from tools.bench.scale.cast import Cast

ROWS = 10_881
COLUMNS = [
    "request_id", "topic_group", "topic", "opened", "closed", "status", "department", "lat", "lng",
]  # fmt: skip
MIN_ROWS_PER_SECOND, MAX_MB = 1_500, 150  # of an export
_SAID = re.compile(r"(\d+) requests in ([\d.]+) s")
command = partial(add, who="stranger", rounds=1, warm_up=0, has_plans=False)


def write_export_of_older_system(browser: "Browser", cast: "Cast", n: int) -> tuple[Path, Path]:
    """Write a CSV file with ROWS rows of the older kinds; return it and its mapping."""
    mapping = next(Path(settings.CITY_PACK).glob("requests_*.toml"))
    kinds = [kind.split(" / ") for kind in tomllib.loads(mapping.read_text())["kinds"]]
    dice, first = random.Random(n), int(time.time() * 100)
    path = Path(tempfile.mkdtemp(prefix="santa311-bench-")) / "export.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for number in range(ROWS):
            group, topic = dice.choice(kinds)
            month, day = dice.randrange(1, 12), dice.randrange(1, 28)
            lat, lng = dice.choice(cast.spots)
            days = (f"2016-{month:02}-{day:02}", f"2016-{month + 1:02}-{day:02}")
            named = "Something" if topic == "*" else topic
            writer.writerow([first + number, group, named, *days, "Closed", "", lat, lng])
    return path, mapping


def import_requests(browser: "Browser", cast: "Cast", n: int, given: tuple[Path, Path]) -> None:
    path, mapping = given
    command = [sys.executable, "manage.py", "import_requests", str(path), "--mapping", str(mapping)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert f"{ROWS:,} imported" in done.stdout or f"{ROWS} imported" in done.stdout, done.stdout


def export_open_data(
    browser: "Browser", cast: "Cast", n: int, given: None = None, *, ending: str
) -> None:
    """Export a year; raise Unexpected if it is slower or uses more memory than allowed."""
    with tempfile.TemporaryDirectory(prefix="santa311-bench-") as folder:
        command = [sys.executable, "manage.py", "export_open_data", f"{folder}/open_data.{ending}"]
        command += ["--since", f"{datetime.now(UTC) - timedelta(days=365):%Y-%m-%d}"]
        process = psutil.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
        megabytes = 0.0  # sampled, because the kernel's maximum includes the memory of this process
        while process.poll() is None:
            with suppress(psutil.NoSuchProcess):
                megabytes = max(megabytes, process.memory_info().rss / 2**20)
            time.sleep(0.01)
        said = process.stderr.read()
    assert process.returncode == 0, said
    [(rows, seconds)] = [map(float, found) for found in _SAID.findall(said)]
    rate = rows / seconds
    if rate < MIN_ROWS_PER_SECOND or megabytes > MAX_MB:
        raise Unexpected(f"{rate:.0f} rows a second in {megabytes:.0f} MB")


for ending in ("csv", "geojson", "csv.gz", "geojson.gz"):
    command(
        f"export of open data, a year as {ending} (a command)",
        act=partial(export_open_data, ending=ending),
    )
command(
    f"import of {ROWS:,} rows (a command)",
    act=import_requests,
    before=write_export_of_older_system,
)
