"""`manage.py reset_second_factor NAME`: for the only administrator, after the loss of a phone."""

from django.core.management.base import BaseCommand, CommandError

from accounts import second_factor
from accounts.models import User


class Command(BaseCommand):
    help = (
        "Remove the app, passkeys and recovery codes of one account and end its sessions. "
        "Another admin does the same in the administration; this is for the only one."
    )

    def add_arguments(self, parser) -> None:
        """Add the argument of `reset_second_factor`: the username."""
        parser.add_argument("name", help="the user name, as on the sign-in page")

    def handle(self, *, name, **_options) -> None:
        """Delete the second factors and end the sessions of the account with this username.

        Raise CommandError if there is no such account, or if it has no factor.
        """
        person = User.objects.filter(username=name).first()
        if person is None:
            raise CommandError(f"No account has the user name {name}.")
        if not second_factor.delete_factors(person):
            raise CommandError(f"{name} has no second factor.")
        self.stdout.write(f"{name} signs in without a second factor now, and was signed out.")
