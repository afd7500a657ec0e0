"""`relock_webhook_secrets`: after LINK_SECRET was changed, so that the old one is not needed.

The secrets of webhooks are kept locked by LINK_SECRET, and opened by the older ones in
LINK_SECRET_FALLBACKS too; this locks them all with the newest. It may run again at any time.
"""

from django.core.management.base import BaseCommand
from django.db import transaction

from open311.models import Webhook


class Command(BaseCommand):
    help = "Locks the secrets of webhooks with the newest LINK_SECRET."

    @transaction.atomic
    def handle(self, **options):
        webhooks = list(Webhook.objects.select_for_update())
        for webhook in webhooks:
            webhook.lock(webhook.secret)
            webhook.save(update_fields=["locked_secret"])
        self.stdout.write(f"{len(webhooks)} secrets are locked with the newest secret.")
