"""The tables of staff_portal, and what Django cannot express (sql/)."""

from pathlib import Path

import django.contrib.postgres.fields
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
            name="DailyFacts",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "grain",
                        "department",
                        "day",
                        "category",
                        "zone",
                        "is_private",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "grain",
                    models.SmallIntegerField(
                        choices=[
                            (0, "Day"),
                            (3, "Week By Department"),
                            (5, "Week By Category"),
                            (6, "Week By Zone"),
                        ]
                    ),
                ),
                ("day", models.DateField()),
                ("is_private", models.BooleanField()),
                ("department", models.IntegerField()),
                ("category", models.IntegerField()),
                ("zone", models.IntegerField()),
                ("filed", models.IntegerField(null=True)),
                ("routed", models.IntegerField(null=True)),
                ("closed", models.IntegerField(null=True)),
                ("returned", models.IntegerField(null=True)),
                ("gone", models.IntegerField(null=True)),
                ("finished", models.IntegerField(null=True)),
                ("in_time", models.IntegerField(null=True)),
                ("promised", models.IntegerField(null=True)),
                ("confirmed", models.IntegerField(null=True)),
                ("disputed", models.IntegerField(null=True)),
                ("mended", models.IntegerField(null=True)),
                ("unanswered", models.IntegerField(null=True)),
                ("waiting", models.IntegerField(null=True)),
                ("stars_1", models.IntegerField(null=True)),
                ("stars_2", models.IntegerField(null=True)),
                ("stars_3", models.IntegerField(null=True)),
                ("stars_4", models.IntegerField(null=True)),
                ("stars_5", models.IntegerField(null=True)),
                ("desk_filed", models.IntegerField(null=True)),
                ("desk_routed", models.IntegerField(null=True)),
                ("desk_by_rule", models.IntegerField(null=True)),
                ("desk_by_hand", models.IntegerField(null=True)),
                ("desk_rerouted", models.IntegerField(null=True)),
                ("desk_returned", models.IntegerField(null=True)),
                ("desk_declined", models.IntegerField(null=True)),
                ("desk_duplicates", models.IntegerField(null=True)),
                ("desk_transferred", models.IntegerField(null=True)),
                ("desk_mailed", models.IntegerField(null=True)),
                ("desk_bounced", models.IntegerField(null=True)),
                (
                    "days",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(), null=True
                    ),
                ),
                (
                    "days_n",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(), null=True
                    ),
                ),
                (
                    "tenths",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(), null=True
                    ),
                ),
                (
                    "tenths_n",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(), null=True
                    ),
                ),
                (
                    "people",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(), null=True
                    ),
                ),
                (
                    "reasons",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), null=True
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("reasons__isnull", False)),
                        fields=["day"],
                        name="days_with_reasons",
                    )
                ],
            },
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
