"""The fill in a process of its own, which Django is set up in for one database."""

import os

import django


def fill(count, seed, end):
    django.setup()
    from bench.scale.fill import filling
    from requests_app.deadlines import resolution_times
    from santa311.demo.story import staff

    staff.hire(staff.as_written())
    filling.fill(os.environ["DATABASE_URL"], count, seed, end)
    resolution_times.measure()
