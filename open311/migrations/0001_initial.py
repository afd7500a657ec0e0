import django.db.models.deletion
import lib.clock
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("requests_app", "0015_keys_of_other_systems"),
    ]

    operations = [
        migrations.CreateModel(
            name="RemotePhoto",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("url", models.CharField(max_length=2000, verbose_name="address")),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                (
                    "due_at",
                    models.DateTimeField(db_index=True, default=lib.clock.now, verbose_name="due"),
                ),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="requests_app.event",
                        verbose_name="event",
                    ),
                ),
            ],
            options={
                "verbose_name": "photo to be fetched",
                "verbose_name_plural": "photos to be fetched",
            },
        ),
    ]
