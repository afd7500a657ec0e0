"""Command `maintenance on --until 22:30 --words "…"`, `maintenance off`, `maintenance`."""

from datetime import datetime, time, timedelta

from django.core.management.base import BaseCommand, CommandError

from city import maintenance
from city.cache import VERSION_CHECK_SECONDS
from city.models import City
from city.models.city import MAX_READ_ONLY_WORDS
from lib import clock


class Command(BaseCommand):
    help = "Lets the city be read only, says until when, or ends it."

    def add_arguments(self, parser) -> None:
        """Add the act (on, off or none), --until HH:MM and --words for read-only mode."""
        parser.add_argument("act", nargs="?", choices=["on", "off"])
        parser.add_argument("--until", type=_parse_time, metavar="HH:MM", help="in the city's time")
        parser.add_argument("--words", default="", help="stand on every page, instead of ours")

    def handle(self, *args, act, until, words, **options) -> None:
        """Start or end read-only mode, or print the state if `act` is missing.

        Raise CommandError for options without `on`, and for too many characters in `words`.
        """
        if (until or words) and act != "on":
            raise CommandError("Only `maintenance on` takes --until and --words.")
        if act == "on":
            if len(words) > MAX_READ_ONLY_WORDS:
                raise CommandError(f"At most {MAX_READ_ONLY_WORDS} characters fit on a page.")
            maintenance.start_read_only_mode(until=until, words=words)
            self.stdout.write(
                f"Read only; every process knows within {VERSION_CHECK_SECONDS:g} seconds."
            )
        elif act == "off":
            maintenance.end_read_only_mode()
            self.stdout.write(
                f"Back to work; every process knows within {VERSION_CHECK_SECONDS:g} seconds."
            )
        else:
            self.stdout.write(_describe_state(City.objects.first()))


def _parse_time(text: str) -> datetime:
    """Return the next time at which the city's clocks show HH:MM, aware.

    Raise ValueError if `text` is no time.
    """
    shown, now = time.fromisoformat(text), clock.localtime(clock.now())
    moment = now.replace(hour=shown.hour, minute=shown.minute, second=0, microsecond=0)
    return moment if moment > now else moment + timedelta(days=1)


def _describe_state(city: City | None) -> str:
    """Return a sentence about read-only mode; `city` is None if no city is loaded."""
    if city is None:
        return "No city is loaded."
    if not city.is_read_only:
        return "Not read only."
    since = clock.localtime(city.read_only_since).strftime("%H:%M")
    until = city.read_only_until and clock.localtime(city.read_only_until).strftime("%H:%M")
    return f"Read only since {since}" + (f", until about {until}." if until else ".")
