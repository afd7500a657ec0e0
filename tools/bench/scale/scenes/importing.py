"""A year of an older system, brought in by the command that operators use."""

import csv
import random
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path

from django.conf import settings

from tools.bench.backup_drill import ROOT
from tools.bench.scale.scenes.scene import add

ROWS = 10_881
COLUMNS = [
    "request_id", "topic_group", "topic", "opened", "closed", "status", "department", "lat", "lng",
]  # fmt: skip


def an_export(browser, cast, n):
    """(file, mapping): so many rows of the older system's kinds, with numbers of their own."""
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


def bring_in(browser, cast, n, given):
    path, mapping = given
    command = [sys.executable, "manage.py", "import_requests", path, "--mapping", mapping]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert f"{ROWS:,} imported" in done.stdout or f"{ROWS} imported" in done.stdout, done.stdout


add(
    "import of 10,881 rows (a command)", "stranger", bring_in, before=an_export, rounds=1,
    warm_up=0, is_command=True,
)  # fmt: skip
