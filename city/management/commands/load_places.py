from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from city.addresses import UnreadableFile, load_address_files
from city.addresses.columns import parse_columns_option
from city.models import City


class Command(BaseCommand):
    help = (
        "Read a city's address ranges and intersections, so that an address is found and said "
        "without any service. CSV with column names on top; a range needs street, left_from, "
        "left_to, right_from, right_to and line (WKT), an intersection street_a, street_b, lat "
        "and lng. What is there already is skipped; a broken row is refused with its line and the "
        "reason, and the rest is read."
    )

    def add_arguments(self, parser) -> None:
        """Add the address files, one or more, --dry-run, --replace and --columns."""
        parser.add_argument("files", nargs="+", metavar="FILE", type=Path)
        parser.add_argument(
            "--dry-run", action="store_true", help="Say what would happen and change nothing."
        )
        parser.add_argument(
            "--replace",
            action="store_true",
            help="Forget what was loaded before, of the kinds that the files hold.",
        )
        parser.add_argument(
            "--columns",
            default="",
            metavar="NAME=THEIR_NAME,…",
            help="Where the file names its columns otherwise: street=STR_NM,line=SHAPE_WKT",
        )

    def handle(self, *args, files, dry_run, replace, columns, verbosity, **options) -> None:
        """Load address files of blocks and corners, and print a summary of each file.

        `columns` is the text NAME=THEIR_NAME,… of column names. Raise CommandError with exit status
        2 if no city is loaded or a file cannot be read; then nothing is changed.
        """
        if not City.objects.exists():
            raise CommandError("No city is loaded yet: run load_city first.", returncode=2)
        try:
            reports = load_address_files(
                files,
                parse_columns_option(columns),
                replace=replace,
                is_rehearsal=dry_run,
                on_refused=self._print_refusal,
            )
        except UnreadableFile as problem:
            raise CommandError(f"{problem}. Nothing was changed.", returncode=2) from problem
        if verbosity:
            self._print_summaries(reports, dry_run)

    def _print_refusal(self, report, line, reason) -> None:
        """Print a refused row as `file:line: reason` to stderr."""
        self.stderr.write(f"{report.file}:{line}: {reason}")

    def _print_summaries(self, reports, dry_run) -> None:
        """Print each file's note, if any, and its counts, then a sentence after a rehearsal."""
        for report in reports:
            if report.note:
                self.stdout.write(f"{report.file}: {report.note}")
            self.stdout.write(str(report))
        if dry_run:
            self.stdout.write("This was a rehearsal: nothing was changed.")
