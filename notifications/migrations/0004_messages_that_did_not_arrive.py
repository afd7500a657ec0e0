from django.db import migrations, models

from santa311.lib.postgresql.indexes import AddIndexConcurrently


class Migration(migrations.Migration):
    """So that counting failures does not read every message that was ever sent."""

    atomic = False  # the index is made while messages go out

    dependencies = [("notifications", "0003_links_of_followers")]

    operations = [
        AddIndexConcurrently(
            "delivery",
            models.Index(
                fields=["state", "due_at"],
                condition=models.Q(state__in=["due", "bounced", "failed"]),
                name="messages_that_did_not_arrive",
            ),
        ),
    ]
