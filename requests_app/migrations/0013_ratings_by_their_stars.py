from django.db import migrations, models

from santa311.lib.postgresql.indexes import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("requests_app", "0012_closed_ones")]

    operations = [
        AddIndexConcurrently(
            "feedback", models.Index(fields=["rating", "id"], name="ratings_by_their_stars")
        )
    ]
