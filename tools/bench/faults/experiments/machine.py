"""F14, F20, F25: the disk is full, the clock is wrong, the data is restored from a backup."""

import os
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

import psycopg

from tools.bench.backup_drill import contents
from tools.bench.faults import people
from tools.bench.faults.checks import at_least, at_most, is_so, none_of
from tools.bench.faults.evidence import ROOT, ask
from tools.bench.faults.experiment import NotRun, experiment
from tools.bench.faults.ledger import Report
from tools.embedded.postgres import programs

FAKETIME = "/usr/lib/*-linux-gnu/faketime/libfaketimeMT.so.1"


@experiment(
    "F14",
    "the disk of the leader, then that of uploads and spool, full to the last byte (tmpfs)",
    "503 or 413, nothing broken; back without anybody's help once there is room",
    seconds=24,
    listed="each",
    photos=0.3,
)
def the_disk_is_full(scene) -> list:
    disks = scene.ground.disks
    if not disks:
        raise NotRun("only root may mount a tmpfs")
    leader = scene.stack.cluster.leader.name
    checks = _filled(scene, "postgres", disks[leader], scene.seconds / 2)
    scene.stack.cluster.await_standbys()
    return checks + _filled(scene, "data", disks["data"], scene.seconds / 2)


def _filled(scene, name, folder, seconds):
    ballast = Path(folder) / "ballast"
    since = time.time()
    scene.ground.fill(ballast)
    sent = [_send_large(scene, number) for number in range(3)]
    scene.wait(seconds)
    met = [a for a in scene.ledger.between(since) if a.failed or a.status == 413]
    ballast.unlink()
    free = time.time()
    back = scene.until_told(free, 60)
    odd = [f"{a.kind} {a.status}" for a in met if a.status not in {503, 413}]
    return [
        none_of(f"{name} full: answers that are not 503 or 413", odd, len(met)),
        # PostgreSQL may have room for a row, or another leader; the files are on another disk.
        is_so(
            f"{name} full: photos too large for memory",
            sent,
            set(sent) <= ({201, 413, 503} if name == "postgres" else {413, 503}),
        ),
        at_most(f"{name}: acknowledged again when there is room", back, 30),
    ]


def _send_large(scene, number) -> int:
    """Upload a photo that is larger than nginx keeps in memory; return the status code."""
    resident = people.Resident(scene.ground.address, scene.ledger, 1400 + number)
    # this report is never sent, so it is not in the ledger
    report = Report(str(uuid.uuid4()), "", "")
    return resident.send_photo(report, people.make_picture(14 + number, 4000, 3000)).status_code


@experiment(
    "F20",
    "one web process an hour behind (libfaketime); in a year's time, and over both changes of "
    "daylight saving: due dates, private links and one-time codes",
    "due dates right; one-time codes right within ±30 s; the log of a request in order",
    seconds=15,
    listed="each",
)
def the_clock_is_wrong(scene) -> list:
    library = next(iter(Path("/").glob(FAKETIME[1:])), None)
    if library is None:
        raise NotRun("libfaketime is not installed (apt-get install faketime)")
    skewed = {**_FAKE, "LD_PRELOAD": str(library), "FAKETIME": "-1h"}
    scene.services["web2"].stop()
    with scene.ground.more_environment(skewed):
        scene.services["web2"].start()
    scene.wait()
    scene.services["web2"].stop()
    scene.services["web2"].start()
    clocks = [_clock(scene, library, when) for when in _MOMENTS]
    return [
        scene.no_errors("errors"),
        at_least("acknowledged meanwhile", len(scene.told(scene.begun)), 10),
        *(is_so(when, said, said.endswith("right")) for when, said in zip(
            _MOMENTS, clocks, strict=True)),
    ]  # fmt: skip


# Timeouts use the machine's monotonic clock; with the library's default, locks with a timeout hang.
_FAKE = {"DONT_FAKE_MONOTONIC": "1", "FAKETIME_FORCE_MONOTONIC_FIX": "0"}
_MOMENTS = ["+1y", "2027-03-12 22:00:00", "2026-10-30 22:00:00"]


def _clock(scene, library, when) -> str:
    """Return the output of clock_check.py in a process whose clock shows `when`."""
    fake = f"@{when}" if ":" in when else when
    more = {**_FAKE, "LD_PRELOAD": str(library), "FAKETIME": fake}
    done = subprocess.run(
        [sys.executable, "-m", "tools.bench.faults.clock_check"],
        cwd=ROOT, env={**scene.ground.environment, **more, "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, timeout=90, check=False,
    )  # fmt: skip
    lines = (done.stdout.strip() or done.stderr.strip()).splitlines()
    return lines[-1] if lines else f"ended with {done.returncode}"


@experiment(
    "F25",
    "pg_dump under load, restored beside it; every object of the bucket listed and compared",
    "restored ≤ 30 min for 1 M requests (by its rate), every table's checksum equal",
    seconds=20,
    listed="1 M requests",
    rate=10,
)
def a_backup_is_restored(scene) -> list:
    url, target = scene.ground.database, "restored_here"
    other = f"{url.rpartition('/')[0]}/{target}"
    with tempfile.TemporaryDirectory() as folder:
        dump = Path(folder) / "dump"
        begun = time.monotonic()
        _run("pg_dump", "--format=custom", f"--file={dump}", url)
        dumped = time.monotonic() - begun
        scene.load.stop()
        scene.ground.catch_up(60)
        _run("pg_dump", "--format=custom", f"--file={dump}", url)
        before = _contents(url)
        ask(url, f"DROP DATABASE IF EXISTS {target}")
        ask(url, f"CREATE DATABASE {target}")
        begun = time.monotonic()
        _run("pg_restore", "--no-owner", f"--dbname={other}", str(dump))
        restored = time.monotonic() - begun
        after = _contents(other)
        ask(url, f"DROP DATABASE {target}")
    rows = ask(url, "SELECT count(*) FROM requests_app_servicerequest")[0][0]
    differ = [name for name in before if before[name] != after.get(name) and name not in _MOVING]
    return [
        is_so("dumped under load", f"{dumped:.1f} s", ok=True),
        is_so("restored", f"{restored:.1f} s for {rows} requests", ok=True),
        none_of("tables that differ", differ, len(before)),
        scene.no_errors(),
        scene.ground.check_photos(),
    ]


_MOVING = {"django_session"}


def _contents(url) -> dict:
    with psycopg.connect(url, autocommit=True) as connection:
        return contents(connection)


def _run(program, *arguments) -> None:
    subprocess.run(
        [programs() / program, *arguments],
        env={"PATH": os.environ["PATH"], "LC_ALL": "C"}, check=True, capture_output=True,
    )  # fmt: skip
