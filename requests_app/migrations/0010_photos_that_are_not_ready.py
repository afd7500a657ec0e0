from django.db import migrations, models

from santa311.lib.postgresql.indexes import AddIndexConcurrently


class Migration(migrations.Migration):
    """So that looking for what waits does not read every photo there ever was."""

    atomic = False  # the index is made while photos come in

    dependencies = [("requests_app", "0009_privacy")]

    operations = [
        AddIndexConcurrently(
            "photo",
            models.Index(
                fields=["state", "uploaded_at"],
                condition=~models.Q(state="ready"),
                name="photos_that_are_not_ready",
            ),
        ),
    ]
