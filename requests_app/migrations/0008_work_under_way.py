from django.db import migrations, models

from santa311.lib.postgresql.indexes import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("requests_app", "0007_answers_by_time")]

    operations = [
        AddIndexConcurrently(
            "servicerequest",
            models.Index(
                fields=["assignee", "-changed_at"],
                condition=models.Q(status="in_progress"),
                name="work_under_way",
            ),
        ),
    ]
