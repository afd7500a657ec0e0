"""Takes a backup as docs/operations.md says, and restores it into an empty project."""

import subprocess
import time
from collections import Counter

from bench.containers.journey import await_that, reference
from bench.faults.checks import Check, at_most, is_so, none_of

WRITERS = ["nginx", "web", "worker-photos", "worker-messages", "worker-webhooks", "worker-rest",
           "beat"]  # fmt: skip
PEER = ["--username", "santa311", "--dbname", "santa311"]
TAKE = ["pg_basebackup", "--username", "santa311", "--pgdata", "-", "--format", "tar",
        "--checkpoint", "fast", "--wal-method", "none"]  # fmt: skip
PUT_BACK = """
set -e
install -d -o postgres -g postgres -m 700 "$PGDATA"
tar -xC "$PGDATA"
echo "restore_command = 'cp \\"/archive/%f\\" \\"%p\\"'" >> "$PGDATA/postgresql.auto.conf"
touch "$PGDATA/recovery.signal"
chown -R postgres:postgres "$PGDATA"
"""
PUT_BACK_ARCHIVE = "tar -xC /archive && chown -R postgres:postgres /archive && chmod 700 /archive"


def restore(trial) -> list[Check]:
    """The base backup, then more work, then the accident: what was written last comes from the
    archive alone."""
    old, begun = trial.city, time.monotonic()
    base, archive = trial.folder / "base.tar", trial.folder / "archive.tar"
    _save(old.project, base, "exec", "--no-TTY", "postgres", *TAKE)
    last = old.file(photo=True)
    await_that(lambda: old.photo_of(last))
    before = _stop_and_archive(old.project)
    _save(old.project, archive, "exec", "--no-TTY", "postgres", "tar", "-cC", "/archive", ".")
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


def _stop_and_archive(project):
    """Nobody writes any more, and all of it is in the archive; returns the rows."""
    project.compose("stop", *WRITERS, patience=300)
    rows = _rows(project)
    name = _ask(project, "SELECT pg_walfile_name(pg_switch_wal())")
    if not await_that(lambda: name in project.execute("postgres", "ls", "/archive")):
        raise AssertionError(f"{name} was not archived")
    return rows


def _rows(project):
    """Every row of every table, as lines. Sequences are left out: PostgreSQL writes them ahead, so
    that after any recovery some numbers are never given."""
    lines = project.execute("postgres", "pg_dump", "--data-only", *PEER).splitlines()
    others = ("\\restrict", "\\unrestrict", "SELECT pg_catalog.setval")
    return [line for line in lines if not line.startswith(others)]


def differences(before, after):
    """The lines that are in one of the two alone."""
    one, other = Counter(before), Counter(after)
    return [*(one - other), *(other - one)]


def _is_writable(project):
    return _ask(project, "SELECT pg_is_in_recovery()") == "f"


def _ask(project, statement):
    asked = ["psql", *PEER, "--no-align", "--tuples-only", "--command", statement]
    return project.execute("postgres", *asked).strip()


def _save(project, path, *arguments):
    with path.open("wb") as file:
        how = {"stdout": file, "stderr": subprocess.PIPE, "capture_output": False, "text": False}
        project.compose(*arguments, **how)


def _put_back(project, script, path):
    """`script` in a container of the database's that starts no server, with a file as its input."""
    words = ["run", "--rm", "--no-deps", "--no-TTY", "--entrypoint", "sh", "postgres", "-c", script]
    with path.open("rb") as file:
        project.compose(*words, stdin=file, text=False)
