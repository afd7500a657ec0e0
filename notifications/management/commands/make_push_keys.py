"""`make_push_keys`: print new settings for notifications in browsers."""

from django.core.management.base import BaseCommand

from lib.web_push import generate_private_key


class Command(BaseCommand):
    help = "Print a new VAPID_PRIVATE_KEY for notifications in browsers, and VAPID_CONTACT to edit."

    def handle(self, **_options) -> None:
        """Print the settings with a new random key. Nothing is saved."""
        self.stdout.write(f"VAPID_PRIVATE_KEY={generate_private_key()}")
        self.stdout.write("VAPID_CONTACT=mailto:webmaster@example.gov")
