"""`check_installation`: check all services of this installation; exit with 1 if one fails."""

from django.core.management.base import BaseCommand, CommandError

from santa311.observability import installation


class Command(BaseCommand):
    help = (
        "Ask every part that this installation needs (database, Valkey, photos, mail, clock, disk, "
        "workers, connections, beat) and say what is wrong. "
        "Sends no mail and leaves nothing behind."
    )

    def handle(self, **_options) -> None:
        """Print each finding. Raise CommandError with the number of problems, if any."""
        wrong = 0
        for finding in installation.check_installation():
            wrong += not finding.fine
            mark = self.style.SUCCESS("ok   ") if finding.fine else self.style.ERROR("WRONG")
            self.stdout.write(f"{mark} {finding.part:<9} {finding.words}")
        if wrong:
            raise CommandError(f"Wrong: {wrong}.")
        self.stdout.write("Everything answers as it should.")
