from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from city import outage_pages
from city.models import City


class Command(BaseCommand):
    help = (
        "Write the pages that nginx shows while the application does not answer, in the city's "
        "languages and with its name and telephone, below STATIC_ROOT. Run it after load_city and "
        "collectstatic."
    )

    def handle(self, *args, **options) -> None:
        """Write the pages to STATIC_ROOT/unavailable. Raise CommandError if no city is loaded."""
        try:
            outage_pages.write_outage_pages(Path(settings.STATIC_ROOT) / "unavailable")
        except City.DoesNotExist:
            raise CommandError("No city is loaded yet: run load_city first.") from None
