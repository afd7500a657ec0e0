from django.db import migrations, models

from requests_app.models.queries import Urgency
from lib.postgresql.indexes import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("requests_app", "0018_words_by_month_and_of_open")]

    operations = [
        AddIndexConcurrently(
            "servicerequest",
            models.Index(
                Urgency(),
                "filed_at",
                "id",
                condition=models.Q(status="filed", held_for=""),
                name="new_ones_urgent_first",
            ),
        ),
        migrations.RunSQL("ANALYZE requests_app_servicerequest", migrations.RunSQL.noop),
    ]
