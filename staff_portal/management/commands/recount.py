"""`manage.py recount`: recount stored totals and figures."""

import math

from django.core.management.base import BaseCommand, CommandError

from requests_app.rollups import recounting
from staff_portal.overview import daily_recount


class Command(BaseCommand):
    help = (
        "Counts anew: public requests, for the lists and the map, and every "
        "day's figures, for the overviews. The database and the worker keep both up to date; this "
        "is for after rows were changed by hand, or the calendar of past days."
    )

    def add_arguments(self, parser) -> None:
        """Add the options of `recount`: either --check or --changed, both False by default."""
        one = parser.add_mutually_exclusive_group()
        one.add_argument(
            "--check",
            action="store_true",
            help="Change nothing; say what is wrong, and end with 1 if anything is.",
        )
        one.add_argument(
            "--changed", action="store_true", help="Only days that changed or were never counted."
        )

    def handle(self, *, check: bool, changed: bool, **_options) -> None:
        """Recount totals of public requests and figures of all days; print the number of days.

        With `changed`, recount only days that changed or were never counted. With `check`, change
        nothing, print how many differ, and raise CommandError if any does.
        """
        if check:
            self._check()
        elif changed:
            self.stdout.write(f"{daily_recount.recount_changed_days(math.inf)} days counted.")
        else:
            recounting.recount_totals()
            self.stdout.write(f"Requests and {daily_recount.recount_all_days()} days counted.")

    def _check(self) -> None:
        """Print how many numbers and days differ. Raise CommandError if any does."""
        numbers, days = recounting.count_differences(), len(daily_recount.find_differing_days())
        self.stdout.write(f"{numbers:,} numbers and {days:,} days differ from the requests.")
        if numbers or days:
            raise CommandError("Run it without --check to count anew.")
