"""The open data, now: into a file, to the standard output, or as the files that its page offers."""

import sys
import time
from contextlib import AbstractContextManager, nullcontext
from datetime import date
from pathlib import Path
from typing import IO

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lib.days import InvalidDay, parse_day
from lib.file_storage import write_atomically
from open311.bulk import publishing
from open311.bulk.export import FORMATS, Format, open_gzip, write_export
from open311.bulk.requests import RequestFilter

SECONDS = 3600


class Command(BaseCommand):
    requires_system_checks = []  # they load every page: 30 MB
    help = "Write the public requests as open data; private and hidden ones are left out."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the arguments of `export_open_data`: FILE, --format, --since and --publish.

        FILE is "-" by default, the standard output.
        """
        parser.add_argument(
            "file", nargs="?", default="-", metavar="FILE",
            help="where to; with .gz at its end it is compressed. “-” is the standard output",
        )  # fmt: skip
        parser.add_argument("--format", choices=FORMATS, help="as FILE is named, else csv")
        parser.add_argument("--since", metavar="DATE", help="reported on this day or later")
        parser.add_argument(
            "--publish", action="store_true", help="make the files that the page offers, now"
        )

    def handle(
        self,
        *,
        publish: bool,
        file: str,
        since: str | None,
        format: str | None,  # noqa: A002 - the name of the option
        **_options,
    ) -> None:
        """Publish an edition with --publish, else write the requests to a file or stdout.

        Raise CommandError if another process is publishing, for a bad date, and for a missing
        folder.
        """
        if publish:
            self._publish()
        else:
            self._export(FORMATS[format or _format_of_name(file)], file, since)

    def _publish(self) -> None:
        """Publish an edition and print its number of requests. Raise CommandError if busy."""
        edition = publishing.publish_edition()
        if edition is None:
            raise CommandError("another process is making them just now")
        self.stdout.write(f"{edition.rows} requests")

    def _export(self, written: Format, file: str, since: str | None) -> None:
        """Write the requests filed since `since` to `file`, gzipped if it ends in .gz.

        Their number is printed to stderr. Raise CommandError for a bad day or a missing
        folder, and ExportTimeout after SECONDS.
        """
        asked, began = RequestFilter(first=_parse_since(since)), time.monotonic()
        compressed = open_gzip if file.endswith(".gz") else nullcontext
        with self._opened(file) as opened, compressed(opened) as out:
            rows = write_export(out, written, asked, seconds=SECONDS)
        self.stderr.write(f"{rows} requests in {time.monotonic() - began:.2f} s")

    def _opened(self, file: str) -> AbstractContextManager[IO[bytes]]:
        """Return stdout for "-", else a file that appears when it is complete.

        Raise CommandError if its folder is missing.
        """
        if file == "-":
            return nullcontext(sys.stdout.buffer)
        path = Path(file)
        if not path.parent.is_dir():
            raise CommandError(f"{path.parent} is not a folder")
        return write_atomically(path)


def _format_of_name(file: str) -> str:
    """Return the name of the format in the suffixes of the file, else "csv"."""
    suffixes = Path(file).suffixes
    return next((name for name in FORMATS if f".{name}" in suffixes), "csv")


def _parse_since(text: str | None) -> date | None:
    """Return the day, None for None. Raise CommandError for another text."""
    if text is None:
        return None
    try:
        return parse_day(text)
    except InvalidDay as error:
        raise CommandError(f"--since: {text!r} is not a day like 2026-01-31") from error
