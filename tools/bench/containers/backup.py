"""Back up with `deploy/backup` and restore as docs/howto/backup.md describes.

Photos are copied here, because rclone may be missing.
"""

import shutil
import subprocess
import time
from collections import Counter
from datetime import datetime, timedelta

from tools.bench.containers.engine import EngineFailed
from tools.bench.containers.images import ROOT
from tools.bench.containers.journey import await_that, reference
from tools.bench.faults.checks import Check, at_most, is_so, none_of

WRITERS = ["nginx", "web", "worker-photos", "worker-messages", "worker-webhooks", "worker-rest",
           "beat"]  # fmt: skip
PEER = ["--username", "santa311", "--dbname", "santa311"]
PUT_BACK = """
set -e
install -d -o postgres -g postgres -m 700 "$PGDATA"
tar -xzC "$PGDATA"
echo "restore_command = 'cp \\"/archive/%f\\" \\"%p\\"'" >> "$PGDATA/postgresql.auto.conf"
touch "$PGDATA/recovery.signal"
chown -R postgres:postgres "$PGDATA"
"""
PUT_BACK_ARCHIVE = """
set -e
tar -xC /archive
gunzip /archive/*.gz
chown -R postgres:postgres /archive
chmod 700 /archive
"""


def restore(trial) -> list[Check]:
    """Back up twice with work between and after, lose the project, and restore it.

    The base backup is that of the first night, so the latest rows come from the archived WAL alone.
    """
    old, begun = trial.city, time.monotonic()
    base = _back_up(trial.engine, old.project)
    last = old.file(photo=True)
    await_that(lambda: old.photo_of(last))
    before = _stop_and_archive(old.project)
    yesterday = base.with_name(f"{(datetime.now().astimezone() - timedelta(1)):%F}.tar.gz")
    base = base.rename(yesterday)
    _back_up(trial.engine, old.project)
    archive = trial.folder / "archive.tar"
    subprocess.run(["tar", "-cf", archive, "-C", base.parent / "archive", "."], check=True)
    photos = {each.key: each.get() for each in old.bucket().objects.all()}
    photos = {key: (kept["Body"].read(), kept["ContentType"]) for key, kept in photos.items()}
    taken = time.monotonic() - begun

    begun = time.monotonic()
    old.project.down()
    trial.projects.remove(old.project)
    new = trial.settle("two", old.project.values["SANTA311_IMAGE"], old.project.values)
    _put_back(new.project, PUT_BACK, base)
    _put_back(new.project, PUT_BACK_ARCHIVE, archive)
    new.project.up("postgres")
    after = _rows(new.project) if await_that(lambda: _is_writable(new.project)) else []
    new.project.up()
    for key, (body, kind) in photos.items():
        new.bucket().put_object(Key=key, Body=body, ContentType=kind)
    _ask(new.project, "ALTER SYSTEM RESET restore_command")
    photos_said = new.project.manage("check_photos").strip().splitlines()
    took = time.monotonic() - begun
    told = old.ledger.acknowledged()
    lost = [reference(each) for each in told if not new.shows(each)]
    found = [
        is_so("the backup is taken", f"{taken:.0f} s", ok=True),
        none_of("rows that differ", differences(before, after), len(before)),
        none_of("acknowledged reports that are not there", lost, len(told)),
        is_so("photos and their objects agree", "; ".join(photos_said), ok=True),
        is_so("the photo of the last report is shown", new.photo_of(last), new.photo_of(last)),
        is_so("a new report is taken", bool(new.file()), new.ledger.acknowledged()),
        at_most("restored into an empty project", took, 300, "s", 0),
    ]
    trial.end()
    return found


def _stop_and_archive(project) -> list:
    """Stop all writers and wait until their WAL is archived; return the rows."""
    project.compose("stop", *WRITERS, patience=300)
    rows = _rows(project)
    name = _ask(project, "SELECT pg_walfile_name(pg_switch_wal())")
    if not await_that(lambda: name in project.execute("postgres", "ls", "/archive")):
        raise AssertionError(f"{name} was not archived")
    return rows


def _rows(project) -> list:
    """Return every row of every table as a line of text.

    Sequences are left out: PostgreSQL writes them to the WAL ahead of use, so some numbers are
    skipped after a recovery.
    """
    lines = project.execute("postgres", "pg_dump", "--data-only", *PEER).splitlines()
    others = ("\\restrict", "\\unrestrict", "SELECT pg_catalog.setval")
    return [line for line in lines if not line.startswith(others)]


def differences(before, after) -> list:
    """Return the lines that occur in only one of the two lists, with repetitions."""
    one, other = Counter(before), Counter(after)
    return [*(one - other), *(other - one)]


def _is_writable(project) -> bool:
    return _ask(project, "SELECT pg_is_in_recovery()") == "f"


def _ask(project, statement):
    asked = ["psql", *PEER, "--no-align", "--tuples-only", "--command", statement]
    return project.execute("postgres", *asked).strip()


def _back_up(engine, project):
    """Run deploy/backup beside the compose file, as an operator does; return the file it wrote."""
    kept = project.folder / "backup"
    kept.mkdir(exist_ok=True)
    shutil.copytree(ROOT / "deploy", project.folder / "deploy", dirs_exist_ok=True)
    told = {"COMPOSE_PROJECT_NAME": project.name, "BACKUP_FOLDER": str(kept)}
    done = subprocess.run(
        [project.folder / "deploy" / "backup"], env=engine.environment | told, check=False,
        capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        raise EngineFailed(done.stderr.strip()[-900:])
    return max(kept.glob("*.tar.gz"))


def _put_back(project, script, path) -> None:
    """Run `script` in a database container without a running server, with the file as its input."""
    words = ["run", "--rm", "--no-deps", "--no-TTY", "--entrypoint", "sh", "postgres", "-c", script]
    with path.open("rb") as file:
        project.compose(*words, stdin=file, text=False)
