from django.db import migrations, models

from lib.postgresql.indexes import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("requests_app", "0011_by_place_and_kind")]

    operations = [
        AddIndexConcurrently(
            "servicerequest",
            models.Index(
                fields=["-closed_at", "-id"],
                include=["department", "zone", "category", "assignee", "outcome"],
                condition=models.Q(status="closed"),
                name="closed_ones_newest_first",
            ),
        ),
    ]
