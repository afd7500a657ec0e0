from django.db import migrations, models

from santa311.lib.postgresql.indexes import AddIndexConcurrently


class Migration(migrations.Migration):
    """The few that stand first at the desk are found without a look at all the others."""

    atomic = False  # the index is made while reports come in

    dependencies = [("requests_app", "0019_words_of_danger")]

    operations = [
        AddIndexConcurrently(
            "servicerequest",
            models.Index(
                fields=["filed_at"],
                condition=~models.Q(danger=""),
                name="words_of_danger_not_cleared",
            ),
        ),
    ]
