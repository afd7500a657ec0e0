from django.contrib.postgres.indexes import GistIndex
from django.db import migrations, models

from requests_app.models.map_point import MapPoint
from santa311.lib.postgresql.indexes import AddIndexConcurrently

PUBLIC = models.Q(("is_hidden", False), ("is_private", False))


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("requests_app", "0017_work_sent_to_the_holder"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="servicerequest",
            index=models.Index(
                fields=["-filed_at", "-id"], condition=PUBLIC, name="public_ones_newest_first"
            ),
        ),
        AddIndexConcurrently(
            model_name="servicerequest",
            index=GistIndex(MapPoint(), condition=PUBLIC, name="public_ones_by_nearness"),
        ),
    ]
