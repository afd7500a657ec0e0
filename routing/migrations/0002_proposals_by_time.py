from django.db import migrations, models

from lib.postgresql.indexes import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("routing", "0001_initial")]

    operations = [
        AddIndexConcurrently(
            "proposal", models.Index(fields=["created_at"], name="proposals_by_time")
        )
    ]
