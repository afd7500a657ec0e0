from django.contrib.postgres.indexes import GistIndex
from django.db import migrations, models

from requests_app.models.map_point import MapPoint
from santa311.lib.postgresql.indexes import AddIndexConcurrently

PUBLIC = models.Q(("is_hidden", False), ("is_private", False))


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("requests_app", "0014_searched_words_become_the_note"),
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
