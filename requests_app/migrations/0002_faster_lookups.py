from django.contrib.postgres.indexes import OpClass
from django.db import migrations, models

from requests_app.models.contact import PhoneEnding
from lib.postgresql.indexes import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("city", "0001_initial"), ("requests_app", "0001_initial")]

    operations = [
        AddIndexConcurrently(
            "contact",
            models.Index(
                OpClass(PhoneEnding("phone"), name="text_pattern_ops"),
                name="contacts_by_phone_ending",
            ),
        ),
        AddIndexConcurrently(
            "servicerequest",
            models.Index(fields=["completed_by", "completed_at"], name="finished_by_department"),
        ),
    ]
