from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from city.models import City
from city.pack import BrokenPack, load, preview
from city.pack.report import counted


class Command(BaseCommand):
    help = (
        "Make the database say what a city's pack says. The pack is the truth: rows it no longer "
        "has are turned off, changes made by hand to its rows are put back. Repeatable; "
        "a broken pack is refused whole, with the file, the line and the reason of every problem."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "folder",
            nargs="?",
            default=settings.CITY_PACK,
            help="The pack's folder; without one the setting CITY_PACK.",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="Say what would change and change nothing."
        )
        parser.add_argument(
            "--first",
            action="store_true",
            help="Where a city is loaded already, say so and change nothing.",
        )

    def handle(self, *args, folder, dry_run, first, verbosity, **options):
        if City._meta.db_table not in connection.introspection.table_names():
            raise CommandError("The database has no tables yet: run `migrate` first.")
        if first and (city := City.objects.first()):
            if verbosity:
                self.stdout.write(f"{city.name} is loaded already; nothing was changed.")
            return
        try:
            report = (preview if dry_run else load)(folder)
        except BrokenPack as broken:
            for problem in broken.report.problems:
                self.stderr.write(str(problem))
            count = counted(broken.report.problems, "problem")
            raise CommandError(f"{count}; nothing was changed.", returncode=2) from broken
        if verbosity:
            for line in report.lines():
                self.stdout.write(line)
            for warning in report.warnings:
                self.stdout.write(f"warning: {warning}")
