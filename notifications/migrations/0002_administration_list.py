from django.db import migrations, models
from django.db.models.functions import Upper

from lib.postgresql.indexes import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("notifications", "0001_initial")]

    operations = [
        AddIndexConcurrently(
            "delivery", models.Index(fields=["created_at"], name="messages_by_time")
        ),
        AddIndexConcurrently(
            "delivery", models.Index(Upper("recipient"), name="messages_by_recipient")
        ),
    ]
