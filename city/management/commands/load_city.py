import sys

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils.module_loading import import_string

from city.models import City
from city.pack import (
    BrokenPack,
    ManualChange,
    ManualChangesLost,
    PackReport,
    load_pack,
    preview_pack,
)
from city.pack.report import format_count


class Command(BaseCommand):
    help = (
        "Make the database say what a city's pack says. The pack is the truth: rows it no longer "
        "has are turned off, and changes made in the administration are put back once someone "
        "agreed to it, or with --overwrite. Repeatable; "
        "a broken pack is refused whole, with the file, the line and the reason of every problem."
    )

    def add_arguments(self, parser) -> None:
        """Add the pack's folder, by default CITY_PACK, and how to load it.

        The options are --dry-run, --first, --overwrite and --move-dates.
        """
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

        parser.add_argument(
            "--overwrite",
            action="store_true",
            help="Put back what was changed in the administration without asking.",
        )

        parser.add_argument(
            "--move-dates",
            action="store_true",
            help="Move the expected dates of open requests to a changed calendar without asking.",
        )

    def handle(
        self, *args, folder, dry_run, first, overwrite, move_dates, verbosity, **options
    ) -> None:
        """Load or preview the pack in `folder`, and print what changes.

        Raise CommandError without tables, and with exit status 2 for a broken pack or 3 if manual
        changes would be lost. With `first`, a loaded city stays as it is. If the calendar changed,
        the expected dates of requests are moved after a question, or at once with `move_dates`.
        """
        if City._meta.db_table not in connection.introspection.table_names():
            raise CommandError("The database has no tables yet: run `migrate` first.")
        if first and (city := City.objects.first()):
            if verbosity:
                self.stdout.write(f"{city.name} is loaded already; nothing was changed.")
            return
        try:
            report = preview_pack(folder) if dry_run else self._load(folder, overwrite)
        except BrokenPack as broken:
            for problem in broken.report.problems:
                self.stderr.write(str(problem))
            count = format_count(broken.report.problems, "problem")
            raise CommandError(f"{count}; nothing was changed.", returncode=2) from broken
        if dry_run:
            self._print_manual_changes(report.manual_changes)
        if verbosity:
            for line in report.format_changes():
                self.stdout.write(line)
            for warning in report.warnings:
                self.stdout.write(f"warning: {warning}")
        if not dry_run and (move_dates or report.dates_to_move):
            self._move_dates(report.dates_to_move, is_asked=not move_dates)

    def _load(self, folder, overwrite: bool) -> PackReport:
        """Load the pack and return its report, after a question if manual changes would be lost.

        Raise CommandError with exit status 3 if there is no terminal, or the answer is no.
        """
        try:
            return load_pack(folder, accepted=None if overwrite else ())
        except ManualChangesLost as lost:
            changes = lost.changes
        self._print_manual_changes(changes)
        if not sys.stdin.isatty():
            raise CommandError(
                "Nothing was changed. Bring these changes into the folder (“Export (CSV)” in the "
                "administration), or use --overwrite to put them back.",
                returncode=3,
            )
        if input("Put all of these back? [y/N] ").strip().lower() not in {"y", "yes"}:
            raise CommandError("Nothing was changed.", returncode=3)
        return load_pack(folder, accepted=changes)

    def _move_dates(self, count: int, is_asked: bool) -> None:
        """Move the dates that were counted with the old calendar, and print their number.

        With `is_asked` the operator must agree; without a terminal the dates stay.
        """
        if is_asked and not sys.stdin.isatty():
            self.stdout.write(
                "These dates stay as they are. Move them with --move-dates, or with “Move expected "
                "dates” in the administration."
            )
            return
        noun = "expected date" if count == 1 else "expected dates"
        question = f"Move {count} {noun}? Residents see the new one. [y/N] "
        if is_asked and input(question).strip().lower() not in {"y", "yes"}:
            self.stdout.write("These dates stay as they are.")
            return
        self.stdout.write(f"expected dates moved: {import_string(settings.DATE_MOVER)()}")

    def _print_manual_changes(self, changes: list[ManualChange]) -> None:
        """Print a heading and a line for each change; nothing without changes."""
        if changes:
            self.stdout.write(
                "Made in the administration since the last load, and not in the folder:"
            )
        for change in changes:
            self.stdout.write(f"  {change}")
