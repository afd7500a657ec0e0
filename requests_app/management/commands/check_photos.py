from collections.abc import Sequence

from django.core.management.base import BaseCommand, CommandError, CommandParser

from requests_app.photos import audit


class Command(BaseCommand):
    help = (
        "Compare the photos that the database knows with the files in the photo storage (folder "
        "or S3). Says what there is and what does not fit; ends with 1 if anything does not."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Add --mend, which repairs the differences between photos and files."""
        parser.add_argument(
            "--mend",
            action="store_true",
            help="Delete files that no photo knows and that are older than a day, have missing "
            "sizes made again, and mark photos of which nothing is left.",
        )

    def handle(self, *, mend: bool, **_options) -> None:
        """Compare photos and files; with `mend`, repair the differences and compare again.

        Raise CommandError if differences remain or the photo storage does not answer.
        """
        found = self._compare()
        if mend and found.differences:
            audit.repair_differences(found)
            audit.enqueue_waiting()
            self.stdout.write("Mended what can be mended. Now:")
            found = self._compare()
        if found.differences:
            raise CommandError(f"{found.differences} differences.")

    def _compare(self) -> audit.AuditResult:
        """Compare files and rows, write the result to stdout, and return it.

        Raise CommandError if the photo storage does not answer.
        """
        try:
            found = audit.compare_files_and_rows()
        except OSError as error:
            raise CommandError(f"The photo storage does not answer: {error}") from error
        self.stdout.write(
            f"{found.photos:,} photos ({found.waiting:,} waiting for their sizes, "
            f"{found.spooled:,} kept in the database for now), {found.files:,} files."
        )
        self._write_list("Files older than a day that no photo knows", found.unknown_files)
        self._write_list("Photos whose original is gone", found.without_original)
        self._write_list("Ready photos that lack a size", found.without_sizes)
        if found.is_database_wrong:
            self.stderr.write(
                "Most files of a folder are unknown to this database, so it may be the wrong one: "
                "none of them is deleted."
            )
        return found

    def _write_list(self, what: str, which: Sequence[object]) -> None:
        """Write how many items there are, also 0, and the first five."""
        self.stdout.write(f"{what}: {len(which):,}")
        for each in which[:5]:
            self.stdout.write(f"  {each}")
