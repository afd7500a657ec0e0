"""`manage.py recount`: the weeks' figures counted anew."""

from django.core.management.base import BaseCommand

from staff_portal.overview import counting


class Command(BaseCommand):
    help = (
        "Counts the figures of every week anew, for the overviews and the public figures. A worker "
        "keeps them up to date by itself; this is for after the calendar or the time zone changed. "
        "With --missing it counts only weeks that were never counted."
    )

    def add_arguments(self, parser):
        parser.add_argument("--missing", action="store_true", help="only weeks not counted yet")

    def handle(self, *args, missing=False, **options):
        weeks = counting.count_missing() if missing else counting.count_all()
        self.stdout.write(f"{weeks} weeks counted.")
