from django.contrib.postgres.operations import RemoveIndexConcurrently
from django.db import migrations, models

from lib.postgresql.indexes import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("requests_app", "0010_jobs")]

    operations = [
        AddIndexConcurrently(
            "servicerequest",
            models.Index(
                fields=["latitude", "longitude", "id"],
                include=["category", "status", "outcome", "closed_at", "is_hidden"],
                name="by_place_and_kind",
            ),
        ),
        RemoveIndexConcurrently("servicerequest", "by_place"),
    ]
