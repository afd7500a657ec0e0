from django.core.management.base import BaseCommand, CommandError

from city.models import City
from tools.demo.story import staff
from tools.demo.story.seed import is_told, tell


class Command(BaseCommand):
    help = "Fills a city that was just loaded with people and requests. Does nothing the next time."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--requests", type=int, default=400, help="how many (400)")
        parser.add_argument("--processes", type=int, default=1, help="that share the work (1)")

    def handle(self, *args, requests, processes, **options) -> None:
        """Create the people and `requests` requests; if they exist, only the API key.

        Raise CommandError for a negative number, and if no city is loaded.
        """
        if requests < 0:
            raise CommandError("--requests must not be negative.")
        if not City.objects.exists():
            raise CommandError("No city is loaded. Run: manage.py load_city")
        if is_told():
            staff.issue_key()
            self.stdout.write("The demo's people and requests are there already.")
            return
        tell(requests, self._say, processes)

    def _say(self, text) -> None:
        self.stdout.write(text)
        self.stdout.flush()
