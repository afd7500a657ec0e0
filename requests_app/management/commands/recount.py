from django.core.management.base import BaseCommand, CommandError

from requests_app.rollups import recounting


class Command(BaseCommand):
    help = (
        "Count public requests anew, for the lists and the map. The database keeps these numbers "
        "by itself; this mends them after somebody changed rows behind its back."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--check",
            action="store_true",
            help="Change nothing; say how many numbers are wrong, and end with 1 if any is.",
        )

    def handle(self, *, check, **_options):
        wrong = recounting.differences()
        self.stdout.write(f"{wrong:,} numbers differ from the requests.")
        if check and wrong:
            raise CommandError("Run it without --check to count anew.")
        if not check:
            recounting.recount()
            self.stdout.write("Counted anew.")
