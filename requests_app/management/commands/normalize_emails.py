from django.core.management.base import BaseCommand

from lib.email_addresses import fill_normalized_emails, list_email_models


class Command(BaseCommand):
    help = (
        "Normalize the email addresses that an older version stored during an upgrade. Run it once "
        "after the last process of the older version has stopped. Safe to repeat."
    )

    def handle(self, **_options) -> None:
        for model in list_email_models():
            written = fill_normalized_emails(model)
            self.stdout.write(f"{model._meta.verbose_name_plural}: {written:,} normalized")
