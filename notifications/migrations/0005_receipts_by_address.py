from django.db import migrations, models

from santa311.lib.postgresql.indexes import AddIndexConcurrently


class Migration(migrations.Migration):
    """So that a mailbox's receipts of the last hour are counted at once."""

    atomic = False  # the index is made while messages go out

    dependencies = [("notifications", "0004_messages_that_did_not_arrive")]

    operations = [
        AddIndexConcurrently(
            "delivery",
            models.Index(
                fields=["recipient", "created_at"],
                condition=models.Q(kind="receipt"),
                name="receipts_by_address",
            ),
        ),
    ]
