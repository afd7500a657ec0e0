"""What the copy of the photos has to do, noted by a trigger, and how far it is."""

from pathlib import Path

import django.db.models.functions.datetime
from django.db import migrations, models

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("requests_app", "0002_alerts"),
    ]

    operations = [
        migrations.CreateModel(
            name="PhotoCopy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("copied_until", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="PhotoFileChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                (
                    "changed_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
        ),
        migrations.RunSQL((SQL / "photo_file_changes.sql").read_text(encoding="utf-8")),
    ]
