"""Read the data that the invariants compare from the running stack, without changing it."""

import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psycopg

from tools.bench.faults import invariants
from tools.bench.faults.checks import Check
from tools.bench.faults.invariants import Mail, Row, Step
from tools.bench.waiting import wait_for
from tools.stack.application import ROOT

OWED = ("file", "route", "complete")  # verbs of the load that send an email to the reporter

ROWS = """SELECT r.id, r.reference, r.status, coalesce(d.id::text, ''), coalesce(c.email, '')
    FROM requests_app_servicerequest r LEFT JOIN requests_app_draft d ON d.service_request_id = r.id
    LEFT JOIN requests_app_contact c ON c.service_request_id = r.id"""
STEPS = """SELECT service_request_id, verb, status_before, status_after,
    extract(epoch FROM at)::float
    FROM requests_app_event ORDER BY service_request_id, id"""
# A mail that became due within these seconds may be on its way: a task runs every ten seconds.
MAILS = """SELECT event_id, recipient, state, due_at < now() - interval '20 s'
    FROM notifications_delivery
    WHERE recipient LIKE '%%quillfeather.example'"""
OWED_MAILS = """SELECT e.id, c.email FROM requests_app_event e
    JOIN requests_app_contact c USING (service_request_id)
    WHERE e.verb = ANY(%s) AND c.email LIKE '%%quillfeather.example' AND c.bounced_at IS NULL"""
PENDING = "SELECT subscriber || ' of event ' || event_id FROM requests_app_pendingevent"
BEHIND = """SELECT
    (SELECT count(*) FROM requests_app_pendingevent WHERE created_at < to_timestamp(%(moment)s))
    + (SELECT count(*) FROM notifications_delivery WHERE state = 'due' AND due_at < now()
       AND created_at < to_timestamp(%(moment)s))
    + (SELECT count(*) FROM requests_app_photo WHERE state = 'waiting'
       AND uploaded_at < to_timestamp(%(moment)s))"""


def ask(url, query, *given) -> list[tuple]:
    return ask_with(url, query, given or None)


def ask_with(url, query, given) -> list[tuple]:
    """Execute a query on a new connection with timeouts; return all rows, [] if it returns none."""
    with psycopg.connect(url, connect_timeout=3, autocommit=True) as connection:
        connection.execute("SET statement_timeout = '20s'")
        cursor = connection.execute(query, given)
        return cursor.fetchall() if cursor.description else []


def behind(url, moment=None) -> int:
    """Return how many events, mails and photos from before `moment` (or now) wait for a worker."""
    return ask_with(url, BEHIND, {"moment": moment or time.time()})[0][0]


def catch_up(url, patience=90) -> float | None:
    """Return the seconds until all current work is done, or None after `patience` seconds."""
    moment = time.time()

    def is_done() -> bool:
        with suppress(psycopg.OperationalError):  # the server may just be restarting
            return behind(url, moment) == 0
        return False

    waited = wait_for(is_done, patience, pause=0.5)
    return waited.seconds if waited.found else None


def check_all(ground, reports, *, allowed_twice=0) -> list[Check]:
    """Return the checks of I1 to I7; the stack must have caught up."""
    url = ground.database
    rows = [Row(*row) for row in ask(url, ROWS)]
    steps = [Step._make(row) for row in ask(url, STEPS)]
    mails = [Mail(*row) for row in ask(url, MAILS)]
    owed = [tuple(row) for row in ask(url, OWED_MAILS, list(OWED))]
    pending = [row[0] for row in ask(url, PENDING)]
    received = ground.sink.received_anew()
    return [
        invariants.nothing_acknowledged_is_lost(reports, rows),
        invariants.one_request_for_each_key(reports, rows),
        *invariants.every_event_was_delivered(pending, owed, mails, received, allowed_twice),
        invariants.the_log_is_legal(rows, steps, ground.with_django(invariants.read_transitions)),
        rows_and_objects(ground),
        run_product_check(ground, "I7 what is kept counted is what is there", "recount", "--check"),
        invariants.nobody_is_in_the_logs(logs(ground.folder), ground.traces),
    ]


def rows_and_objects(ground) -> Check:
    return run_product_check(ground, "I5 rows and objects agree", "check_photos")


def run_product_check(ground, name, *command) -> Check:
    """Run a management command that exits with 1 if it finds a problem; return it as a check."""
    done = subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env=ground.environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    said = (done.stdout.strip() or done.stderr.strip() or "nothing said").splitlines()
    measured = said[0] if done.returncode == 0 else "; ".join(said)
    return Check(name, measured, done.returncode == 0)


# Without the grace period, as if a day had passed and no upload were in progress.
_DELETE = """
from datetime import timedelta
from requests_app.photos import audit
audit.GRACE_PERIOD = timedelta(0)
print(audit.delete_unknown_files(), len(audit.compare_files_and_rows().unknown_files))
"""


def unknown_files(ground) -> Check:
    """Check that clean-up deletes all files without a photo row, also new ones (I5)."""
    deleted, left = map(int, ground.manage("shell", "--command", _DELETE).split()[-2:])
    return Check(
        "I5 files without a photo after clean-up", f"{left} ({deleted} deleted)", left == 0
    )


def logs(folder) -> dict[str, list[str]]:
    """Return the lines of every log file of the stack by path."""
    found = [*Path(folder).rglob("*.log"), *Path(folder).rglob("logs/*")]
    return {
        str(path.relative_to(folder)): path.read_text(errors="replace").splitlines()
        for path in sorted(set(found))
        if path.is_file()
    }
