import csv
from argparse import RawDescriptionHelpFormatter
from contextlib import nullcontext
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from requests_app import pace
from requests_app.older_system import (
    BrokenMapping,
    UnreadableExport,
    import_file,
    read_mapping,
)
from requests_app.older_system import mapping as mappings


class Command(BaseCommand):
    help = (
        "Bring in what an older system opened and closed, from its export (CSV with a header "
        "line), with its own dates. Repeatable: what is here already is skipped, and an import "
        "that was cut off is simply started again. Every row that cannot come in is said with its "
        "line and its reason.\n\nThe mapping says how to read the export:\n\n" + mappings.__doc__
    )

    def create_parser(self, *args, **kwargs):
        return super().create_parser(*args, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="The export.")
        parser.add_argument("--mapping", type=Path, required=True, help="How to read it (TOML).")
        parser.add_argument("--dry-run", action="store_true", help="Count, and change nothing.")
        parser.add_argument(
            "--refused",
            type=Path,
            metavar="FILE",
            help="Write the refused rows here as CSV, with their reasons, to be mended and "
            "imported again; else they are listed.",
        )

    def handle(self, *args, file, mapping, dry_run, refused, **options):
        try:
            with self._listener(refused) as listen:
                count = import_file(file, read_mapping(mapping), refused=listen, is_trial=dry_run)
        except BrokenMapping as broken:
            for problem in broken.problems:
                self.stderr.write(f"{mapping.name}: {problem}")
            raise CommandError("The mapping cannot be used; nothing was imported.") from broken
        except UnreadableExport as problem:
            raise CommandError(f"{file.name}: {problem}") from problem
        if not dry_run:
            pace.measure()
        self._say(count, dry_run)

    def _listener(self, path):
        """A context that gives what hears of each refusal."""
        if path is None:
            return nullcontext(lambda row: self.stdout.write(f"line {row.line}: {row.reason}"))
        return RefusedFile(path)

    def _say(self, count, is_trial):
        for title, reasons in (("Left out", count.left_out), ("Refused", count.refused)):
            for reason, n in reasons.most_common():
                self.stdout.write(f"{title}: {n:>6} × {reason}")
        imported = "would be imported" if is_trial else "imported"
        self.stdout.write(
            f"{count.read} read = {count.imported} {imported} + {count.skipped} skipped "
            f"({count.here} here already, {count.left_out.total()} left out) "
            f"+ {count.refused.total()} refused"
        )


class RefusedFile:
    """A CSV of refused rows: line, reason, then the row as it was."""

    def __init__(self, path):
        try:
            self._file = path.open("w", encoding="utf-8", newline="")
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error.strerror}") from error

    def __enter__(self):
        self._writer = csv.writer(self._file)
        self._writer.writerow(["line", "reason"])
        return lambda row: self._writer.writerow([row.line, row.reason, *row.raw])

    def __exit__(self, *problem):
        self._file.close()
