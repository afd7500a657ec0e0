from django.contrib.postgres.operations import RemoveIndexConcurrently
from django.db import migrations, models

from lib.postgresql.indexes import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("requests_app", "0026_corrections")]

    operations = [
        AddIndexConcurrently(
            "event",
            models.Index(
                condition=models.Q(
                    ("verb__in", ["dispute", "answer", "comment", "correct"]),
                    models.Q(("device__isnull", False), ("key__isnull", False), _connector="OR"),
                ),
                fields=["service_request", "id"],
                name="news_by_residents",
            ),
        ),
        RemoveIndexConcurrently("event", "words_by_residents"),
    ]
