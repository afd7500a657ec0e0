import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import requests_app.models.api_key
import requests_app.permissions
import lib.clock
from django.conf import settings
from django.contrib.postgres.operations import (
    AddConstraintNotValid,
    RemoveIndexConcurrently,
    ValidateConstraint,
)
from django.db import migrations, models

from lib.postgresql.indexes import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("city", "0001_initial"),
        ("requests_app", "0014_ratings_by_their_stars"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ApiKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        help_text="Residents read it in a request's history: “It was reported through …”.",
                        max_length=60,
                        error_messages={"unique": "Another key has this name."},
                        unique=True,
                        verbose_name="name",
                    ),
                ),
                (
                    "verbs",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=requests_app.models.api_key.scope_choices, max_length=20
                        ),
                        verbose_name="what it may do",
                    ),
                ),
                (
                    "per_minute",
                    models.PositiveSmallIntegerField(
                        default=60,
                        help_text="More are answered with 429, and when to come again.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(6000),
                        ],
                        verbose_name="requests per minute",
                    ),
                ),
                ("digest", models.CharField(editable=False, max_length=64, unique=True)),
                (
                    "beginning",
                    models.CharField(editable=False, max_length=12, verbose_name="key begins with"),
                ),
                (
                    "previous_digest",
                    models.CharField(blank=True, db_index=True, editable=False, max_length=64),
                ),
                (
                    "previous_until",
                    models.DateTimeField(
                        editable=False, null=True, verbose_name="previous key works until"
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=lib.clock.now, editable=False, verbose_name="created"
                    ),
                ),
                (
                    "last_used_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="last used"),
                ),
                (
                    "revoked_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="revoked"),
                ),
            ],
            options={
                "verbose_name": "API key",
                "verbose_name_plural": "API keys",
                "ordering": ["name"],
            },
            bases=(requests_app.permissions.Nobody, models.Model),
        ),
        migrations.CreateModel(
            name="IdempotencyRecord",
            fields=[
                ("name", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("fingerprint", models.CharField(max_length=64)),
                ("status", models.PositiveSmallIntegerField(verbose_name="status of the answer")),
                ("content_type", models.CharField(max_length=100, verbose_name="format")),
                ("body", models.TextField()),
                (
                    "created_at",
                    models.DateTimeField(
                        db_index=True, default=lib.clock.now, verbose_name="created"
                    ),
                ),
            ],
            options={
                "verbose_name": "answer that is kept",
                "verbose_name_plural": "answers that are kept",
            },
        ),
        migrations.AddField(
            model_name="apikey",
            name="department",
            field=models.ForeignKey(
                blank=True,
                help_text="For a system that works on this department's requests.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="city.department",
                verbose_name="department",
            ),
        ),
        migrations.AddField(
            model_name="apikey",
            name="services",
            field=models.ManyToManyField(
                blank=True,
                help_text="Leave empty for all of them.",
                related_name="+",
                to="city.category",
                verbose_name="categories",
            ),
        ),
        migrations.AddField(
            model_name="event",
            name="key",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="requests_app.apikey",
                verbose_name="API key",
            ),
        ),
        migrations.AddConstraint(
            model_name="apikey",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("department", None),
                    ("verbs__contained_by", ["file", "comment", "confirm", "dispute"]),
                )
                | models.Q(
                    ("department__isnull", False),
                    ("verbs__contained_by", ["start", "hold", "complete"]),
                ),
                name="a_key_is_for_residents_or_for_a_department",
                violation_error_message="A department's key can start, hold and finish work. A key without a department can file, comment, confirm and dispute.",
            ),
        ),
        AddIndexConcurrently(
            "event",
            models.Index(
                condition=models.Q(
                    ("verb__in", ["dispute", "answer", "comment"]),
                    models.Q(("device__isnull", False), ("key__isnull", False), _connector="OR"),
                ),
                fields=["service_request", "id"],
                name="words_by_residents",
            ),
        ),
        RemoveIndexConcurrently("event", "events_by_residents"),
        AddConstraintNotValid(
            "event",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("actor__isnull", True), ("device__isnull", True)),
                    models.Q(("actor__isnull", True), ("key__isnull", True)),
                    models.Q(("device__isnull", True), ("key__isnull", True)),
                    _connector="OR",
                ),
                name="an_event_has_at_most_one_actor",
            ),
        ),
        ValidateConstraint("event", "an_event_has_at_most_one_actor"),
        migrations.RemoveConstraint("event", "an_event_has_one_actor"),
    ]
