from django.conf import settings
from django.db import migrations, models

from santa311.lib.postgresql.indexes import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False  # the index is made while people use the log

    dependencies = [
        ("city", "0008_read_only"),
        ("requests_app", "0014_searched_words_become_the_note"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="event",
            index=models.Index(
                condition=models.Q(
                    ("device__isnull", False), ("verb__in", ["dispute", "answer", "comment"])
                ),
                fields=["service_request", "id"],
                name="events_by_residents",
            ),
        ),
    ]
