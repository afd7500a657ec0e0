import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import lib.clock


class Migration(migrations.Migration):
    dependencies = [
        ("staff_portal", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ScheduledReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_city", models.BooleanField(verbose_name="whole city")),
                (
                    "filters",
                    models.JSONField(blank=True, default=dict, verbose_name="filters"),
                ),
                ("language", models.CharField(max_length=10, verbose_name="language")),
                (
                    "weekday",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="weekday"),
                ),
                ("hour", models.PositiveSmallIntegerField(verbose_name="hour")),
                ("due_at", models.DateTimeField(verbose_name="next email")),
                (
                    "sent_through",
                    models.DateField(blank=True, null=True, verbose_name="sent through"),
                ),
                (
                    "paused_because",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("inactive", "The account is inactive"),
                            ("no_access", "These figures are no longer available to the user"),
                        ],
                        max_length=10,
                        verbose_name="paused because",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=lib.clock.now, verbose_name="created"),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="scheduled_reports",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
            ],
            options={
                "verbose_name": "scheduled report",
                "verbose_name_plural": "scheduled reports",
                "ordering": ["created_at", "pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("paused_because", "")),
                        fields=["due_at"],
                        name="reports_to_send",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("hour__lte", 23),
                            models.Q(("weekday", None), ("weekday__lte", 6), _connector="OR"),
                        ),
                        name="a_report_has_an_hour_and_a_day",
                    )
                ],
            },
        ),
    ]
