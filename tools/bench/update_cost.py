"""Measure the cost of a status change: bytes of WAL, and milliseconds.

    python -m tools.bench.update_cost 1m [FOLDER]

New requests are changed by a plain UPDATE, routed and completed, each in a transaction that is
rolled back, so the filled city stays as it is. The first change of a page after a checkpoint writes
the whole page to the WAL, so each change is measured right after a checkpoint, and again when its
pages have been written. Each line has the change, the state of the pages, median and mean of the
WAL bytes, and median and mean of the ms.
"""

import os
import sys
import time
from statistics import mean, median

from tools.bench.scale.place import MEASURED, Place
from tools.embedded import Postgres

COUNT = 200
SETTINGS = MEASURED | {"autovacuum": "off", "checkpoint_timeout": "1h", "max_wal_size": "8GB"}
PLAIN = """UPDATE requests_app_servicerequest SET status = 'awaiting_resident',
status_before_question = 'filed', version = version + 1, changed_at = now() WHERE id = %s"""
WAL = "SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint"


def measure() -> None:
    """Print a line for each change, measured on COUNT requests."""
    from django.db import connection, transaction

    from accounts.models import Membership
    from city.models import NoPhotoReason, ResolutionCode
    from requests_app import workflow
    from requests_app.models import ServiceRequest
    from requests_app.permissions import SYSTEM

    crew = Membership.objects.filter(department__is_active=True).order_by("pk")[0]
    work = {"resolution": ResolutionCode.objects.first(), "note": "Done.",
            "no_photo_reason": NoPhotoReason.objects.first()}  # fmt: skip
    found = ServiceRequest.objects.filter(status="filed", held_for="", danger="", is_private=False)

    def act(verb, row, **given) -> None:
        verb(row, by=crew.user, seen=row.events.latest("pk").pk, **given)

    route = [lambda row: workflow.route(row, to=crew.department, by=SYSTEM, rule="measured")]
    complete = [*route, lambda row: act(workflow.start, row),
                lambda row: act(workflow.complete, row, here=row.coordinates, **work)]  # fmt: skip

    def cost(steps, row) -> tuple[int, float]:
        """Return the bytes of WAL and the ms of the last step."""
        with transaction.atomic():
            for step in steps:
                before, begun = cursor.execute(WAL).fetchone()[0], time.perf_counter()
                step(row)
                ms = 1000 * (time.perf_counter() - begun)
                written = cursor.execute(WAL).fetchone()[0] - before
            transaction.set_rollback(True)
        return written, ms

    with connection.cursor() as cursor:
        plain = [lambda row: cursor.execute(PLAIN, [row.pk])]
        for name, steps in {"plain UPDATE": plain, "route": route, "complete": complete}.items():
            cursor.execute("CHECKPOINT")
            for pages in ("new", "logged"):
                costs = [cost(steps, row) for row in found.order_by("words_digest")[:COUNT]]
                wal, ms = zip(*costs, strict=True)
                print(f"{name}, {pages}: {median(wal):,.0f}, {mean(wal):,.0f}; "
                      f"{median(ms):.2f}, {mean(ms):.2f}")  # fmt: skip


if __name__ == "__main__":
    place = Place(*sys.argv[1:])
    with Postgres(place.folder / "postgres", settings=SETTINGS) as postgres, place.valkey:
        os.environ.update(place.enter(postgres))
        __import__("django").setup()
        measure()
