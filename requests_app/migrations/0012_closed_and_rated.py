from django.db import migrations, models

from santa311.lib.postgresql.indexes import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("requests_app", "0011_by_place_and_kind")]

    operations = [
        AddIndexConcurrently(
            "servicerequest",
            models.Index(
                fields=["closed_at", "id"],
                condition=models.Q(closed_at__isnull=False),
                name="closed_by_time",
            ),
        ),
        AddIndexConcurrently(
            "feedback", models.Index(fields=["rating", "id"], name="ratings_by_their_stars")
        ),
    ]
