"""Measure the cost of finding the alerts that match an event, among 100,000 alerts.

    python -m tools.bench.alert_cost 1m [FOLDER]

The alerts are created in a transaction that is rolled back. Half of them are circles of 500 m
around requests, with a category; a sixth have a zone, a sixth a category, and a sixth a zone and
words. Prints milliseconds of CPU and of wall time (median, 95th percentile) for the newest
requests, and the plan of one query. Then some of the alerts become daily ones, and the milliseconds
of a digest, from the alert to the sent mail, are printed in the same way.
"""

import os
import sys
import time

from tools.bench.percentiles import percentile
from tools.bench.scale.place import MEASURED, Place
from tools.embedded import Postgres

ALERTS = 100_000
EVENTS = 200
DIGESTS = 500
INSERT = """
INSERT INTO requests_app_alert (email, email_normalized, language, frequency, wants_new,
    wants_finished, category_id, zone_id, words, place, west, south, east, north, radius_m,
    created_at, confirmed_at)
SELECT address, address, 'en', 'at_once', true, n %% 3 = 0,
    CASE WHEN n %% 2 = 0 OR n %% 6 = 3 THEN category_id END,
    CASE WHEN n %% 6 IN (1, 5) THEN zone_id END,
    CASE WHEN n %% 6 = 5 THEN (ARRAY['pothole', 'couch', 'tree', 'light', 'graffiti'])[n %% 5 + 1]
        ELSE '' END, '', CASE WHEN is_circle THEN longitude - 0.0055 END,
    CASE WHEN is_circle THEN latitude - 0.0045 END, CASE WHEN is_circle THEN longitude + 0.0055 END,
    CASE WHEN is_circle THEN latitude + 0.0045 END, CASE WHEN is_circle THEN 500 END, now(), now()
FROM (
    SELECT row_number() OVER () AS n, category_id, zone_id, latitude, longitude,
        'a' || row_number() OVER () || '@example.org' AS address,
        row_number() OVER () %% 2 = 0 AS is_circle
    FROM (SELECT * FROM requests_app_servicerequest WHERE latitude IS NOT NULL LIMIT %s) AS located,
        generate_series(1, %s)
) AS made LIMIT %s
"""


def measure_digests() -> None:
    """Print the milliseconds of creating and sending a daily digest, and how many were sent."""
    from datetime import timedelta

    from lib import clock
    from notifications import alert_digests, delivery
    from notifications.models import Delivery
    from requests_app.models import Alert, Event

    newest = Event.objects.latest("pk").at
    due = {"digest_since": newest - timedelta(days=1), "digest_due_at": newest}
    chosen = Alert.objects.filter(pk__in=Alert.objects.order_by("email").values("pk")[:DIGESTS])
    chosen.update(frequency="daily", wants_finished=True, **due)
    with clock.freeze_time(newest + alert_digests.LAG):
        started = time.perf_counter()
        alert_digests.create_due_digests()
        created = 1000 * (time.perf_counter() - started) / DIGESTS
        wall = []
        for row in Delivery.objects.filter(kind=Delivery.Kind.ALERT_DIGEST, state="due"):
            started = time.perf_counter()
            delivery.send_delivery(row.pk)
            wall.append(1000 * (time.perf_counter() - started))
    sent = Delivery.objects.filter(kind=Delivery.Kind.ALERT_DIGEST, state="sent").count()
    print(f"a digest: {created:.1f} to create, {percentile(wall, 0.5):.1f}, "
          f"{percentile(wall, 0.95):.1f} to send; {sent} of {len(wall)} had requests")  # fmt: skip


def measure() -> None:
    """Print the costs and the plan."""
    from django.db import connection, transaction

    from requests_app.alerts import matching
    from requests_app.models import Event
    from requests_app.status import Verb

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(INSERT, [ALERTS // 10, 10, ALERTS])
        cursor.execute("ANALYZE requests_app_alert")
        public = {"service_request__is_private": False, "service_request__is_hidden": False}
        events = Event.objects.filter(verb=Verb.FILE, **public).select_related("service_request")
        cpu: list[float] = []
        wall: list[float] = []
        found: list[float] = []
        for event in events.order_by("-pk")[:EVENTS]:
            started, used = time.perf_counter(), time.process_time()
            found.append(sum(1 for _alert in matching.find_matching_alerts(event)))
            cpu.append(1000 * (time.process_time() - used))
            wall.append(1000 * (time.perf_counter() - started))
        for name, values in {"application": cpu, "wall": wall, "matches": found}.items():
            print(f"{name}: {percentile(values, 0.5):.1f}, {percentile(values, 0.95):.1f}")
        print(matching.find_candidates(event.service_request).explain(analyze=True, buffers=True))
        measure_digests()
        transaction.set_rollback(True)


if __name__ == "__main__":
    place = Place(*sys.argv[1:])
    with Postgres(place.folder / "postgres", settings=MEASURED) as postgres, place.valkey:
        os.environ.update(place.enter(postgres))
        __import__("django").setup()
        measure()
