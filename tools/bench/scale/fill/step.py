"""Fill a database in a process of its own, because Django is set up for one database."""

import os
import sys
import time
from datetime import UTC, datetime

import django


def fill(count: int, seed: int, end: int, is_checked: bool) -> None:
    """Fill the database of the settings, with requests up to `end` in seconds since 1970.

    Exit with an error if `is_checked` and a check fails.
    """
    django.setup()
    from tools.bench.scale.fill import check, filling
    from tools.demo.story import staff

    staff.create_staff(staff.list_written_jobs())
    url = os.environ["DATABASE_URL"]
    filling.fill(url, count, seed, datetime.fromtimestamp(end, UTC))
    if is_checked:
        began = time.monotonic()
        if breaches := [each for each in check.check(url) if not each.ok]:
            sys.exit("\n".join(map(str, breaches)))
        print(f"No breach of any invariant: {time.monotonic() - began:.0f} s more")
