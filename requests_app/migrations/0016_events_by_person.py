import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from lib.postgresql.indexes import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("requests_app", "0015_keys_of_other_systems")]

    operations = [
        AddIndexConcurrently(
            "event",
            models.Index(
                condition=models.Q(("actor__isnull", False)),
                fields=["actor", "-at", "-id"],
                name="events_by_person_and_time",
            ),
        ),
        migrations.AlterField(
            "event",
            "actor",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="person",
            ),
        ),
    ]
