"""The tables of staff_portal, and what Django cannot express (sql/)."""

from pathlib import Path

import django.db.models.constraints
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("requests_app", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="ChangedDay",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False)),
            ],
        ),
        migrations.CreateModel(
            name="DailyFigures",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "grain",
                        "department",
                        "day",
                        "is_private",
                        "category",
                        "zone",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "grain",
                    models.SmallIntegerField(
                        choices=[(0, "Cell"), (3, "Department"), (5, "Category"), (6, "Zone")]
                    ),
                ),
                ("day", models.DateField()),
                ("is_private", models.BooleanField()),
                ("department", models.IntegerField()),
                ("category", models.IntegerField()),
                ("zone", models.IntegerField()),
                ("filed", models.IntegerField()),
                ("routed", models.IntegerField()),
                ("closed", models.IntegerField()),
                ("returned", models.IntegerField()),
                ("gone", models.IntegerField()),
                ("finished", models.IntegerField()),
                ("in_time", models.IntegerField()),
                ("promised", models.IntegerField()),
                ("confirmed", models.IntegerField()),
                ("disputed", models.IntegerField()),
                ("mended", models.IntegerField()),
                ("unanswered", models.IntegerField()),
                ("waiting", models.IntegerField()),
                ("rated", models.IntegerField()),
                ("points", models.IntegerField()),
                ("desk_filed", models.IntegerField()),
                ("desk_routed", models.IntegerField()),
                ("desk_by_rule", models.IntegerField()),
                ("desk_by_hand", models.IntegerField()),
                ("desk_rerouted", models.IntegerField()),
                ("desk_returned", models.IntegerField()),
                ("desk_declined", models.IntegerField()),
                ("desk_duplicates", models.IntegerField()),
                ("desk_transferred", models.IntegerField()),
                ("desk_mailed", models.IntegerField()),
                ("desk_bounced", models.IntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="DailySpread",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "measure",
                        "grain",
                        "department",
                        "day",
                        "is_private",
                        "category",
                        "zone",
                        "value",
                        "code",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "grain",
                    models.SmallIntegerField(
                        choices=[(0, "Cell"), (3, "Department"), (5, "Category"), (6, "Zone")]
                    ),
                ),
                (
                    "measure",
                    models.SmallIntegerField(
                        choices=[
                            (1, "Days"),
                            (2, "Tenths"),
                            (3, "Person"),
                            (4, "Stars"),
                            (5, "Reason"),
                        ]
                    ),
                ),
                ("day", models.DateField()),
                ("is_private", models.BooleanField()),
                ("department", models.IntegerField()),
                ("category", models.IntegerField()),
                ("zone", models.IntegerField()),
                ("value", models.IntegerField()),
                ("n", models.IntegerField()),
                ("code", models.CharField(blank=True, max_length=40)),
            ],
        ),
        migrations.CreateModel(
            name="ChangedRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "service_request",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="requests_app.servicerequest",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Stop",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "service_request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="stops",
                        to="requests_app.servicerequest",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="stops",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["service_request", "day"], name="whose_day_a_job_is_on")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "day", "service_request"),
                        name="a_job_is_on_a_persons_day_once",
                    ),
                    models.UniqueConstraint(
                        deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                        fields=("user", "day", "position"),
                        name="each_place_in_a_day_has_one_stop",
                    ),
                ],
            },
        ),
        migrations.RunSQL((SQL / "changed_requests.sql").read_text(encoding="utf-8")),
    ]
