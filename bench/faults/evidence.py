"""Reads from the running stack what the invariants compare. Looks, and changes nothing."""

import subprocess
import sys
import time
from pathlib import Path

import psycopg

from bench.faults import invariants
from bench.faults.checks import Check
from bench.faults.invariants import Mail, Row, Step

ROOT = Path(__file__).resolve().parents[2]
COMMAND = ROOT / "requests_app" / "management" / "commands" / "check_photos.py"
SIZES = (320, 960, 1920)
OWED = ("file", "route", "complete")  # verbs of the load of which the reporter is told

ROWS = """SELECT r.id, r.reference, r.status, coalesce(d.id::text, ''), coalesce(c.email, '')
    FROM requests_app_servicerequest r LEFT JOIN requests_app_draft d ON d.service_request_id = r.id
    LEFT JOIN requests_app_contact c ON c.service_request_id = r.id"""
STEPS = """SELECT service_request_id, verb, status_before, status_after, extract(epoch FROM at)
    FROM requests_app_event ORDER BY service_request_id, id"""
MAILS = """SELECT event_id, recipient, state, due_at < now() FROM notifications_delivery
    WHERE recipient LIKE '%%quillfeather.example'"""
OWED_MAILS = """SELECT e.id, c.email FROM requests_app_event e
    JOIN requests_app_contact c USING (service_request_id)
    WHERE e.verb = ANY(%s) AND c.email LIKE '%%quillfeather.example' AND c.bounced_at IS NULL"""
PENDING = "SELECT subscriber || ' of event ' || event_id FROM requests_app_pendingevent"
BEHIND = """SELECT (SELECT count(*) FROM requests_app_pendingevent)
    + (SELECT count(*) FROM notifications_delivery WHERE state = 'due' AND due_at < now())
    + (SELECT count(*) FROM requests_app_photo WHERE state = 'waiting')"""


def ask(url, query, *given):
    """All rows, from a connection of its own that gives up soon."""
    with psycopg.connect(url, connect_timeout=3, autocommit=True) as connection:
        connection.execute("SET statement_timeout = '20s'")
        return connection.execute(query, given or None).fetchall()


def behind(url) -> int:
    """How many events, mails and photos still wait for a worker."""
    return ask(url, BEHIND)[0][0]


def catch_up(url, patience=90):
    """Seconds until nothing waits any more; None if that takes longer than `patience`."""
    begun = time.monotonic()
    while time.monotonic() - begun < patience:
        try:
            if behind(url) == 0:
                return time.monotonic() - begun
        except psycopg.OperationalError:
            pass  # it is just coming back
        time.sleep(0.5)
    return None


def check_all(ground, reports, *, allowed_twice=0) -> list[Check]:
    """I1–I6 on a stack that has caught up."""
    url = ground.database
    rows = [Row(*row) for row in ask(url, ROWS)]
    steps = [Step(*row[:4], float(row[4])) for row in ask(url, STEPS)]
    mails = [Mail(*row) for row in ask(url, MAILS)]
    owed = [tuple(row) for row in ask(url, OWED_MAILS, list(OWED))]
    pending = [row[0] for row in ask(url, PENDING)]
    received = ground.sink.received_anew()
    return [
        invariants.nothing_acknowledged_is_lost(reports, rows),
        invariants.one_request_for_each_key(reports, rows),
        *invariants.every_event_was_delivered(pending, owed, mails, received, allowed_twice),
        invariants.the_log_is_legal(rows, steps, transitions(ground)),
        *photos(ground),
        invariants.nobody_is_in_the_logs(logs(ground.folder), ground.traces),
    ]


def transitions(ground):
    """TRANSITIONS as plain values; the settings need the stack's environment first."""
    table = ground.django("requests_app.workflow.table").TRANSITIONS
    return {
        str(verb): ({str(one) for one in each.sources}, each.target and str(each.target))
        for verb, each in table.items()
    }


def photos(ground) -> list[Check]:
    """I5 by the product's own command, which compares rows and objects on both sides."""
    if not COMMAND.exists():
        return invariants.every_photo_has_its_objects(*rows_and_objects(ground))
    done = subprocess.run(
        [sys.executable, "manage.py", "check_photos"],
        cwd=ROOT,
        env=ground.environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    said = (done.stdout.strip() or done.stderr.strip()).splitlines()
    said = said[-1] if said else "nothing said"
    return [Check("I5 rows and objects agree", said, done.returncode == 0)]


def rows_and_objects(ground):
    """The names each photo must have in the bucket, and those that are there."""
    rows = ask(ground.database, "SELECT id, original, key, state FROM requests_app_photo")
    needed = {
        str(pk): [original, *(f"sizes/{key}-{size}.webp" for size in SIZES if state == "ready")]
        for pk, original, key, state in rows
        if original
    }
    return needed, [each.key for each in ground.bucket().objects.all()]


def logs(folder):
    """Every log of the stack, by its path, as lines."""
    found = [*Path(folder).rglob("*.log"), *Path(folder).rglob("logs/*")]
    return {
        str(path.relative_to(folder)): path.read_text(errors="replace").splitlines()
        for path in sorted(set(found))
        if path.is_file()
    }
