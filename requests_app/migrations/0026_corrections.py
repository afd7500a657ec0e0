import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0025_events_are_not_truncated")]

    operations = [
        migrations.AddField(
            "draft",
            "corrects",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="corrections",
                to="requests_app.servicerequest",
                verbose_name="service request",
            ),
        ),
        migrations.AddField(
            "draft",
            "removed_photos",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.UUIDField(),
                db_default=[],
                default=list,
                editable=False,
                size=None,
            ),
        ),
        migrations.AddField(
            "draft",
            "seen",
            models.BigIntegerField(editable=False, null=True),
        ),
    ]
