"""Measure how long one worker needs for the digests of a morning: `./run bench --digests`.

    python -m tools.bench.digests 1m [--folder FOLDER]

10,000 daily alerts are due at once: circles of 500 m, categories, zones and words around the
requests of the newest day, so that each digest has requests. One Celery worker with one process
creates them and sends them to a mail server on this machine. Prints seconds, mails per second, and
CPU seconds. Fails if an address did not get exactly one mail. The alerts and their messages are
deleted at the end.
"""

import argparse
import os
import sys
import time
from collections import Counter

import psycopg

from tools.bench.faults.sink import Sink
from tools.bench.scale.meter import tree_seconds
from tools.bench.scale.place import MEASURED, ROOT, SIZES, Place
from tools.embedded import Child, Postgres
from tools.stack.application import QUIET, WORKERS

DIGESTS = 10_000
LIMIT = 1200  # seconds
BEAT = 10  # seconds, as in santa311.schedule for send_due
QUEUE = "santa311"
WORKER = ["-m", "celery", "--app", "santa311", "--quiet", "worker", *QUIET,
          *(part.replace("QUEUE", QUEUE) for part in WORKERS["worker_messages"])]  # fmt: skip
ADDRESSES = "LIKE '%@digests.example'"
ALERTS = f"""
WITH newest AS (SELECT max(filed_at) AS moment FROM requests_app_servicerequest),
requests AS (
    SELECT row_number() OVER () - 1 AS k, r.category_id, r.zone_id, latitude, longitude,
        substring(r.description FROM '[a-z]{{5,}}') AS word
    FROM newest, requests_app_servicerequest r JOIN city_category c ON c.id = r.category_id
    WHERE filed_at > moment - interval '1 day' AND latitude IS NOT NULL
        AND r.description ~ '[a-z]{{5,}}'
        AND NOT (r.is_private OR r.is_hidden OR c.is_location_sensitive)
),
made AS (
    SELECT *, 'a' || n || '@digests.example' AS address, n % 2 = 0 AS is_circle
    FROM generate_series(1, {DIGESTS}) AS n
        JOIN requests ON k = n % (SELECT count(*) FROM requests)
)
INSERT INTO requests_app_alert (email, email_normalized, language, frequency, wants_new,
    wants_finished, category_id, zone_id, words, place, west, south, east, north, radius_m,
    created_at, confirmed_at, digest_since, digest_due_at)
SELECT address, address, CASE WHEN n % 5 = 0 THEN 'es' ELSE 'en' END, 'daily', true, n % 3 = 0,
    CASE WHEN n % 4 = 0 OR n % 6 = 3 THEN category_id END,
    CASE WHEN n % 6 IN (1, 5) THEN zone_id END,
    CASE WHEN n % 6 = 5 THEN word ELSE '' END, '',
    CASE WHEN is_circle THEN longitude - 0.0055 END, CASE WHEN is_circle THEN latitude - 0.0045 END,
    CASE WHEN is_circle THEN longitude + 0.0055 END, CASE WHEN is_circle THEN latitude + 0.0045 END,
    CASE WHEN is_circle THEN 500 END, now(), now(), moment - interval '1 day', now()
FROM made, newest
"""
CLEAN_UP = (
    f"DELETE FROM notifications_delivery WHERE recipient {ADDRESSES}",
    f"""DELETE FROM requests_app_alertlink WHERE alert_id IN
        (SELECT id FROM requests_app_alert WHERE email {ADDRESSES})""",
    f"DELETE FROM requests_app_alert WHERE email {ADDRESSES}",
)
LATEST = "SELECT coalesce(max(id), 0) FROM notifications_delivery"
STATES = f"""SELECT state, count(*) FROM notifications_delivery
    WHERE id > %(latest)s AND recipient {ADDRESSES.replace("%", "%%")} GROUP BY state"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("size", choices=SIZES)
    parser.add_argument("--folder")
    options = parser.parse_args()
    place, sink = Place(options.size, options.folder), Sink().start()
    try:
        with Postgres(place.folder / "postgres", settings=MEASURED) as postgres, place.valkey:
            os.environ.update(place.enter(postgres))
            os.environ["EMAIL_URL"] = "smtp://{}:{}".format(*sink.address)
            place.environment = dict(os.environ)
            place.manage("migrate", "--verbosity", "0")
            __import__("django").setup()
            sys.exit(measure(place, postgres, sink) > 0)
    finally:
        sink.stop()


def measure(place: Place, postgres: Postgres, sink: Sink) -> int:
    """Measure and print the results; return the number of addresses without exactly one mail."""
    with psycopg.connect(place.url, autocommit=True) as database:
        for statement in CLEAN_UP:
            database.execute(statement)
        database.execute(ALERTS)
        database.execute("VACUUM (ANALYZE)")
        worker = Child("worker", [sys.executable, *WORKER], log=place.folder / "worker.log",
                       env=place.environment, cwd=ROOT)  # fmt: skip
        try:
            await_worker()
            trees = {"worker": worker.pid, "postgresql": postgres.pid, "valkey": place.valkey.pid}
            before = {name: tree_seconds(pid) for name, pid in trees.items()}
            states, seconds = send_digests(database)
            used = {name: tree_seconds(pid) - before[name] for name, pid in trees.items()}
        finally:
            worker.stop()
            for statement in CLEAN_UP:
                database.execute(statement)
    mails = Counter(address for address, _id in sink.received().elements())
    once = sum(n == 1 and name.endswith("@digests.example") for name, n in mails.items())
    wrong = DIGESTS - once
    print(f"{place.name}: {states.get('sent', 0):,} of {DIGESTS:,} digests in {seconds:.0f} s, "
          f"{states.get('sent', 0) / seconds:.0f} a second; states {states}; "
          f"addresses without exactly one mail: {wrong}")  # fmt: skip
    print("CPU: " + ", ".join(f"{name} {each:.1f} s" for name, each in used.items())
          + f"; load average {os.getloadavg()[1]:.1f}")  # fmt: skip
    return wrong


def await_worker() -> None:
    """Wait until the worker answers."""
    from santa311.celery import app

    while not app.control.ping(timeout=1):
        pass


def send_digests(database: psycopg.Connection) -> tuple[dict[str, int], float]:
    """Start the tasks as beat does; return the number of digests by state, and the seconds."""
    from santa311.celery import app

    begun = time.monotonic()
    states: dict[str, int] = {}
    [(latest,)] = database.execute(LATEST).fetchall()  # so that the query can skip older deliveries
    app.send_task("notifications.create_digests")
    while (seconds := time.monotonic() - begun) < LIMIT:
        time.sleep(1)
        states = dict(database.execute(STATES, {"latest": latest}).fetchall())
        if sum(states.values()) == DIGESTS and not states.get("due"):
            break
        if round(seconds) % BEAT == 0:
            app.send_task("notifications.send_due")
    return states, time.monotonic() - begun


if __name__ == "__main__":
    main()
