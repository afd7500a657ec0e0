"""`manage.py recount`: totals and figures that are kept, counted anew."""

from django.core.management.base import BaseCommand, CommandError

from requests_app.rollups import recounting
from staff_portal.overview import counting


class Command(BaseCommand):
    help = (
        "Counts anew: public requests, for the lists and the map, and every "
        "week's figures, for the overviews. The database and the worker keep both up to date; this "
        "is for after rows were changed by hand, or the calendar of past days."
    )

    def add_arguments(self, parser):
        one = parser.add_mutually_exclusive_group()
        one.add_argument(
            "--check",
            action="store_true",
            help="Change nothing; say what is wrong, and end with 1 if anything is.",
        )
        one.add_argument(
            "--missing", action="store_true", help="Only weeks that were never counted."
        )

    def handle(self, *, check, missing, **_options):
        if check:
            self._check()
        elif missing:
            self.stdout.write(f"{counting.count_missing()} weeks counted.")
        else:
            recounting.recount()
            self.stdout.write(f"Requests and {counting.count_all()} weeks counted.")

    def _check(self):
        numbers, weeks = recounting.differences(), len(counting.differing())
        self.stdout.write(f"{numbers:,} numbers and {weeks:,} weeks differ from the requests.")
        if numbers or weeks:
            raise CommandError("Run it without --check to count anew.")
