from django.core.management.base import BaseCommand, CommandError

from requests_app import photo_check


class Command(BaseCommand):
    help = (
        "Compare the photos that the database knows with the files in the photo storage (folder "
        "or S3). Says what there is and what does not fit; ends with 1 if anything does not."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--mend",
            action="store_true",
            help="Delete files that no photo knows and that are older than a day, have missing "
            "sizes made again, and mark photos of which nothing is left.",
        )

    def handle(self, *, mend, **_options):
        found = self._compare()
        if mend and found.differences:
            photo_check.mend(found)
            photo_check.ring_for_the_waiting()
            self.stdout.write("Mended what can be mended. Now:")
            found = self._compare()
        if found.differences:
            raise CommandError(f"{found.differences} differences.")

    def _compare(self):
        try:
            found = photo_check.compare()
        except OSError as error:
            raise CommandError(f"The photo storage does not answer: {error}") from error
        self.stdout.write(
            f"{found.photos:,} photos ({found.waiting:,} waiting for their sizes, "
            f"{found.spooled:,} kept in the database for now), {found.files:,} files.\n"
            f"Files older than a day that no photo knows: {len(found.unknown_files):,}\n"
            f"Photos whose original is gone: {len(found.without_original):,}\n"
            f"Ready photos that lack a size: {len(found.without_sizes):,}"
        )
        self._name(found)
        return found

    def _name(self, found):
        """The first few of each, so that somebody can look."""
        for each in [
            *found.unknown_files[:5],
            *found.without_original[:5],
            *found.without_sizes[:5],
        ]:
            self.stdout.write(f"  {each}")
        if found.is_database_wrong:
            self.stderr.write(
                "Most files of a folder are unknown to this database, so it may be the wrong one: "
                "none of them is deleted."
            )
