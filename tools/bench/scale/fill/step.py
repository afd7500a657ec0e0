"""The fill in a process of its own, which Django is set up in for one database."""

import os
import sys
import time

import django
import psycopg


def fill(count, seed, end, is_checked):
    django.setup()
    from requests_app.deadlines import resolution_times
    from requests_app.rollups import recounting
    from staff_portal.models import ChangedRequest
    from staff_portal.overview import daily
    from tools.bench.scale.fill import filling
    from tools.demo.story import staff

    staff.hire(staff.as_written())
    filling.fill(os.environ["DATABASE_URL"], count, seed, end)
    resolution_times.measure()
    recounting.recount()
    ChangedRequest.objects.all().delete()  # noted by the fill itself
    daily.refill_all()
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("ANALYZE")  # also what was measured and counted just now
    if is_checked:
        _check()


def _check():
    from tools.bench.scale.fill import check

    began = time.monotonic()
    breaches = [each for each in check.check(os.environ["DATABASE_URL"]) if not each.ok]
    if breaches:
        sys.exit("\n".join(map(str, breaches)))
    print(f"No breach of any invariant: {time.monotonic() - began:.0f} s more")
