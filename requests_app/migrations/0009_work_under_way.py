from django.db import migrations, models

from santa311.lib.postgresql.indexes import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("requests_app", "0008_open_requests")]

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
