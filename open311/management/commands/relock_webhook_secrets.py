"""`relock_webhook_secrets`: encrypt the secrets of all webhooks with the newest LINK_SECRET.

Secrets in LINK_SECRET_FALLBACKS can decrypt them too; after this command, the old secret is not
needed. It may run again at any time.
"""

from cryptography.fernet import InvalidToken
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from open311.models import Webhook


class Command(BaseCommand):
    help = "Locks the secrets of webhooks with the newest LINK_SECRET."

    @transaction.atomic
    def handle(self, **options) -> None:
        """Encrypt and save all secrets with the newest LINK_SECRET, and print their number.

        Raise CommandError, and change none, if one cannot be decrypted.
        """
        webhooks = list(Webhook.objects.select_for_update())
        for webhook in webhooks:
            try:
                webhook.set_secret(webhook.secret)
            except InvalidToken as error:
                raise CommandError(
                    f"The secret of webhook “{webhook}” can't be opened with LINK_SECRET or its "
                    "fallbacks: put the older one in LINK_SECRET_FALLBACKS, or make a new secret "
                    "for the webhook in the administration."
                ) from error
            webhook.save(update_fields=["locked_secret"])
        self.stdout.write(f"{len(webhooks)} secrets are locked with the newest secret.")
