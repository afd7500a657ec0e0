import csv
from argparse import RawDescriptionHelpFormatter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from requests_app.deadlines import resolution_times
from requests_app.importing import (
    InvalidMapping,
    OutsidePolicy,
    UnreadableExport,
    import_file,
    read_mapping,
)
from requests_app.importing import mapping as mappings

ADDED_COLUMNS = ("refused: line", "refused: reason")


class Command(BaseCommand):
    help = (
        "Import what an older system opened and closed, from its export (CSV with a header "
        "line), with its own dates. Repeatable: what is here already is skipped, and an import "
        "that was cut off is simply started again. Every row that can't be imported is named "
        "with its line and its reason.\n\nThe mapping says how to read the export:\n\n"
        + mappings.__doc__
    )

    def create_parser(self, *args, **kwargs) -> CommandParser:
        """Return Django's parser, which keeps the lines of the help as they are."""
        return super().create_parser(*args, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the export's file, and how to import its requests.

        The options are --mapping (required), --dry-run, --refused FILE and --outside.
        """
        parser.add_argument("file", type=Path, help="The export.")
        parser.add_argument("--mapping", type=Path, required=True, help="How to read it (TOML).")
        parser.add_argument("--dry-run", action="store_true", help="Count, and change nothing.")
        parser.add_argument(
            "--refused",
            type=Path,
            metavar="FILE",
            help="Write the refused rows here as CSV, with their reasons: mend them in this file "
            "and import it as it is, by the same mapping. Without it they are listed.",
        )
        parser.add_argument(
            "--outside",
            choices=[each.value for each in OutsidePolicy],
            default=OutsidePolicy.REFUSE.value,
            help="Rows whose location is outside the city: refuse them (the default), or keep them "
            "without a pin and an area, with the coordinates as text.",
        )

    def handle(
        self,
        *args,
        file: Path,
        mapping: Path,
        dry_run: bool,
        refused: Path | None,
        outside: str,
        **options,
    ) -> None:
        """Import the file and write a summary; measure the resolution times unless `dry_run`.

        Raise CommandError for an unusable mapping or export, or if `refused` is the export
        itself.
        """
        if refused and refused.resolve() == file.resolve():
            raise CommandError("--refused would overwrite the export; name another file.")
        try:
            with self._open_refusal_writer(refused) as listen:
                count = import_file(
                    file,
                    read_mapping(mapping),
                    refused=listen,
                    outside=OutsidePolicy(outside),
                    is_trial=dry_run,
                )
        except InvalidMapping as broken:
            for problem in broken.problems:
                self.stderr.write(f"{mapping.name}: {problem}")
            raise CommandError("The mapping can't be used; nothing was imported.") from broken
        except UnreadableExport as problem:
            raise CommandError(f"{file.name}: {problem}") from problem
        if not dry_run:
            resolution_times.measure_resolution_times()
        self._write_summary(count, dry_run)

    def _open_refusal_writer(self, path: Path | None) -> AbstractContextManager:
        """Return a context whose function writes a refused row to the CSV at `path`.

        Without a path, the function writes the row's line and reason to stdout.
        """
        if path is None:
            return nullcontext(lambda row: self.stdout.write(f"line {row.line}: {row.reason}"))
        return write_refused_rows(path)

    def _write_summary(self, count, is_trial: bool) -> None:
        """Write the counts and the reasons of skipped and refused rows, most frequent first."""
        for title, reasons in (("Left out", count.left_out), ("Refused", count.refused)):
            for reason, n in reasons.most_common():
                self.stdout.write(f"{title}: {n:>6} × {reason}")
        imported = "would be imported" if is_trial else "imported"
        skipped = count.known + count.left_out.total()
        self.stdout.write(
            f"{count.read} read = {count.imported} {imported} + {skipped} skipped "
            f"({count.known} here already, {count.left_out.total()} left out) "
            f"+ {count.refused.total()} refused"
        )
        if count.outside:
            self.stdout.write(f"Outside the city, without a pin: {count.outside}")
        if count.blank:
            self.stdout.write(f"Blank rows: {count.blank}")


@contextmanager
def write_refused_rows(path: Path) -> Iterator[Callable]:
    """Yield a function that writes a refused row to a CSV that can be imported again.

    The line and the reason precede the export's own columns; an import ignores them. The file
    begins with a byte order mark, which spreadsheets need for UTF-8. Without refused rows, the
    file is deleted. Raise CommandError if the file cannot be opened.
    """
    try:
        file = path.open("w", encoding="utf-8-sig", newline="")
    except OSError as error:
        raise CommandError(f"{path} can't be written: {error.strerror}") from error
    writer = csv.writer(file)

    def write(row) -> None:
        """Write the line, the reason and the row's cells; a header before the first row."""
        own = [place for place, name in enumerate(row.header) if name in ADDED_COLUMNS]
        if not file.tell():
            writer.writerow([*ADDED_COLUMNS, *_drop_columns(row.header, own)])
        writer.writerow([row.line, row.reason, *_drop_columns(row.raw, own)])

    with file:
        try:
            yield write
        finally:
            if not file.tell():
                path.unlink()


def _drop_columns(cells: Sequence[str], places: Collection[int]) -> list[str]:
    """Return the cells without those at `places`, which an earlier run added."""
    return [cell for place, cell in enumerate(cells) if place not in places]
