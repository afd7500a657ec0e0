"""The tables of requests_app, and what Django cannot express (sql/)."""

from pathlib import Path

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import lib.clock
import lib.email_addresses
import requests_app.models.api_key
import requests_app.models.closing_period
import requests_app.models.contact
import requests_app.models.event
import requests_app.models.map_point
import requests_app.models.queries
import requests_app.models.search
import requests_app.permissions
import uuid
from django.conf import settings
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("city", "0001_initial"),
    ]

    operations = [
        TrigramExtension(),
        migrations.CreateModel(
            name="CategoryCount",
            fields=[
                ("zone", models.BigIntegerField()),
                ("status", models.CharField(max_length=20)),
                ("outcome", models.CharField(max_length=20)),
                ("n", models.IntegerField()),
                ("category", models.BigIntegerField(primary_key=True, serialize=False)),
            ],
            options={
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="CellCount",
            fields=[
                ("category", models.BigIntegerField()),
                ("zone", models.BigIntegerField()),
                ("status", models.CharField(max_length=20)),
                ("outcome", models.CharField(max_length=20)),
                ("n", models.IntegerField()),
                ("y", models.IntegerField()),
                ("x", models.IntegerField()),
                ("sum_y", models.BigIntegerField()),
                ("sum_x", models.BigIntegerField()),
                ("level", models.SmallIntegerField(primary_key=True, serialize=False)),
            ],
            options={
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Device",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "key_hash",
                    models.CharField(max_length=64, unique=True, verbose_name="hash of the key"),
                ),
                ("created_at", models.DateTimeField(default=lib.clock.now, verbose_name="created")),
            ],
            options={
                "verbose_name": "device",
                "verbose_name_plural": "devices",
            },
            bases=(requests_app.permissions.NoRights, models.Model),
        ),
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
                        error_messages={"unique": "Another key has this name."},
                        help_text="Residents read it in a request's history: “It was reported through …”.",
                        max_length=60,
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
                (
                    "sees_exact_locations",
                    models.BooleanField(
                        db_default=False,
                        default=False,
                        help_text="For kinds that often point at a home. Without it, the key gets only their block.",
                        verbose_name="exact locations",
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
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        help_text="For a system that works on this department's requests.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="city.department",
                        verbose_name="department",
                    ),
                ),
                (
                    "services",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Leave empty for all of them.",
                        related_name="+",
                        to="city.category",
                        verbose_name="categories",
                    ),
                ),
            ],
            options={
                "verbose_name": "API key",
                "verbose_name_plural": "API keys",
                "ordering": ["name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("department", None),
                                ("verbs__contained_by", ["file", "comment", "confirm", "dispute"]),
                            ),
                            models.Q(
                                ("department__isnull", False),
                                ("verbs__contained_by", ["start", "hold", "complete"]),
                            ),
                            _connector="OR",
                        ),
                        name="a_key_is_for_residents_or_for_a_department",
                        violation_error_message="A department's key can start, hold and finish work. A key without a department can file, comment, confirm and dispute.",
                    )
                ],
            },
            bases=(requests_app.permissions.NoRights, models.Model),
        ),
        migrations.CreateModel(
            name="ServiceRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "reference",
                    models.CharField(editable=False, max_length=20, verbose_name="request number"),
                ),
                ("description", models.TextField(blank=True, verbose_name="description")),
                (
                    "latitude",
                    models.DecimalField(
                        decimal_places=6, max_digits=9, null=True, verbose_name="latitude"
                    ),
                ),
                (
                    "longitude",
                    models.DecimalField(
                        decimal_places=6, max_digits=9, null=True, verbose_name="longitude"
                    ),
                ),
                (
                    "location_text",
                    models.CharField(blank=True, max_length=200, verbose_name="location"),
                ),
                (
                    "location_relation",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("near", "near a landmark"),
                            ("in_front", "in front of an address"),
                            ("across", "across from an address"),
                            ("along", "on a street, near another one"),
                        ],
                        db_default="",
                        default="",
                        editable=False,
                        max_length=10,
                        verbose_name="kind of location",
                    ),
                ),
                (
                    "location_note",
                    models.CharField(blank=True, max_length=200, verbose_name="how to find it"),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("filed", "New"),
                            ("routed", "Routed"),
                            ("scheduled", "Planned"),
                            ("in_progress", "Underway"),
                            ("awaiting_resident", "Waiting for an answer"),
                            ("on_hold", "On hold"),
                            ("completed", "Finished"),
                            ("disputed", "Disputed"),
                            ("closed", "Closed"),
                        ],
                        max_length=20,
                        verbose_name="status",
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("confirmed", "Confirmed by the resident"),
                            ("unanswered", "No answer by the deadline"),
                            ("upheld", "Closed after a dispute"),
                            ("declined", "Declined"),
                            ("duplicate", "Duplicate"),
                            ("transferred", "Referred"),
                            ("withdrawn", "Canceled by the reporter"),
                            ("imported", "Closed in a previous system"),
                        ],
                        max_length=20,
                        verbose_name="outcome",
                    ),
                ),
                (
                    "status_before_question",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("filed", "New"),
                            ("routed", "Routed"),
                            ("scheduled", "Planned"),
                            ("in_progress", "Underway"),
                            ("awaiting_resident", "Waiting for an answer"),
                            ("on_hold", "On hold"),
                            ("completed", "Finished"),
                            ("disputed", "Disputed"),
                            ("closed", "Closed"),
                        ],
                        max_length=20,
                        verbose_name="status before the question",
                    ),
                ),
                (
                    "priority",
                    models.CharField(
                        choices=[("normal", "Normal"), ("urgent", "Urgent")],
                        default="normal",
                        max_length=10,
                        verbose_name="priority",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("web", "Web"),
                            ("phone", "Phone"),
                            ("walk_in", "In person"),
                            ("api", "Open311"),
                            ("import", "Previous system"),
                        ],
                        default="web",
                        max_length=10,
                        verbose_name="channel",
                    ),
                ),
                (
                    "language",
                    models.CharField(default="en", max_length=10, verbose_name="language"),
                ),
                ("is_private", models.BooleanField(default=False, verbose_name="private")),
                ("is_hidden", models.BooleanField(default=False, verbose_name="hidden")),
                (
                    "held_for",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("words", "The same text from many people within an hour"),
                            ("photo", "The same photo from many within the hour"),
                            ("trap", "Filled in a field that people don't see"),
                            (
                                "no_proof",
                                "Possible bot: sent without the browser check during heavy traffic",
                            ),
                        ],
                        db_default="",
                        default="",
                        editable=False,
                        max_length=10,
                        verbose_name="held because",
                    ),
                ),
                (
                    "danger",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        editable=False,
                        max_length=40,
                        verbose_name="possible emergency",
                    ),
                ),
                (
                    "priority_before_danger",
                    models.CharField(
                        blank=True,
                        choices=[("normal", "Normal"), ("urgent", "Urgent")],
                        db_default="",
                        default="",
                        editable=False,
                        max_length=10,
                        verbose_name="priority before the possible emergency",
                    ),
                ),
                (
                    "scheduled_for",
                    models.DateField(blank=True, null=True, verbose_name="planned for"),
                ),
                ("dispute_used", models.BooleanField(default=False, verbose_name="dispute used")),
                (
                    "disputed_by_reporter",
                    models.BooleanField(default=False, verbose_name="disputed by who reported it"),
                ),
                (
                    "times_routed",
                    models.PositiveSmallIntegerField(default=0, verbose_name="times routed"),
                ),
                (
                    "words_digest",
                    models.CharField(
                        blank=True, editable=False, max_length=64, verbose_name="digest of the text"
                    ),
                ),
                (
                    "filing_key",
                    models.UUIDField(
                        blank=True,
                        editable=False,
                        null=True,
                        unique=True,
                        verbose_name="key of the report",
                    ),
                ),
                ("filed_at", models.DateTimeField(default=lib.clock.now, verbose_name="filed")),
                (
                    "clock_started_at",
                    models.DateTimeField(default=lib.clock.now, verbose_name="clock started"),
                ),
                ("due_at", models.DateTimeField(blank=True, null=True, verbose_name="due")),
                (
                    "counted_days",
                    models.PositiveSmallIntegerField(
                        blank=True, editable=False, null=True, verbose_name="working days counted"
                    ),
                ),
                (
                    "completed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="finished"),
                ),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed")),
                (
                    "changed_at",
                    models.DateTimeField(default=lib.clock.now, verbose_name="latest update"),
                ),
                (
                    "forgotten_at",
                    models.DateTimeField(
                        blank=True,
                        editable=False,
                        null=True,
                        verbose_name="contact details deleted",
                    ),
                ),
                (
                    "words_forgotten_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="text deleted"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=0, verbose_name="version")),
                (
                    "staff_version",
                    models.PositiveIntegerField(
                        db_default=0, default=0, verbose_name="version of notes"
                    ),
                ),
                (
                    "replies_public_from",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.DateTimeField(),
                        blank=True,
                        db_default=[],
                        default=list,
                        editable=False,
                        verbose_name="replies become public",
                    ),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="city.agency",
                        verbose_name="agency",
                    ),
                ),
                (
                    "assignee",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assigned",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="assigned to",
                    ),
                ),
                (
                    "category",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="service_requests",
                        to="city.category",
                        verbose_name="category",
                    ),
                ),
                (
                    "completed_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="city.department",
                        verbose_name="finished by",
                    ),
                ),
                (
                    "decline_reason",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="city.declinereason",
                        verbose_name="reason for declining",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="service_requests",
                        to="city.department",
                        verbose_name="department",
                    ),
                ),
                (
                    "duplicate_of",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="duplicates",
                        to="requests_app.servicerequest",
                        verbose_name="duplicate of",
                    ),
                ),
                (
                    "hold_reason",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="city.holdreason",
                        verbose_name="reason for the pause",
                    ),
                ),
                (
                    "zone",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="city.zone",
                        verbose_name="area",
                    ),
                ),
            ],
            options={
                "verbose_name": "service request",
                "verbose_name_plural": "service requests",
                "ordering": ["-filed_at", "-pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("status", "closed"), _negated=True),
                        fields=["status", "filed_at", "id"],
                        include=(
                            "priority",
                            "channel",
                            "danger",
                            "held_for",
                            "times_routed",
                            "due_at",
                            "department",
                            "zone",
                            "category",
                            "assignee",
                            "is_private",
                        ),
                        name="not_closed_ones_by_status",
                    ),
                    models.Index(
                        models.F("department"),
                        requests_app.models.queries.Urgency(),
                        models.F("due_at"),
                        models.F("filed_at"),
                        models.F("id"),
                        condition=models.Q(("status", "closed"), _negated=True),
                        include=(
                            "status",
                            "zone",
                            "category",
                            "scheduled_for",
                            "assignee",
                            "completed_at",
                            "completed_by",
                            "version",
                            "staff_version",
                            "changed_at",
                        ),
                        name="jobs_of_a_department",
                    ),
                    models.Index(
                        condition=models.Q(("status", "closed"), _negated=True),
                        fields=["assignee", "-changed_at"],
                        name="jobs_of_a_person",
                    ),
                    models.Index(
                        condition=models.Q(("completed_by__isnull", False)),
                        fields=["completed_by", "completed_at"],
                        name="finished_by_a_department",
                    ),
                    models.Index(
                        condition=models.Q(("status", "closed")),
                        fields=["-closed_at", "-id"],
                        include=("department", "zone", "category", "assignee", "outcome"),
                        name="closed_ones_newest_first",
                    ),
                    models.Index(
                        condition=models.Q(("danger", ""), _negated=True),
                        fields=["filed_at"],
                        name="words_of_danger_not_cleared",
                    ),
                    models.Index(
                        condition=models.Q(("words_digest", ""), _negated=True),
                        fields=["words_digest", "filed_at"],
                        name="by_what_they_say",
                    ),
                    models.Index(
                        condition=models.Q(("status", "closed"), _negated=True),
                        fields=["latitude", "longitude", "category", "id"],
                        include=("status", "zone", "is_hidden", "is_private"),
                        name="not_closed_ones_by_place",
                    ),
                    models.Index(
                        models.F("category"),
                        requests_app.models.closing_period.ClosingPeriod(),
                        models.F("latitude"),
                        models.F("longitude"),
                        models.F("id"),
                        condition=models.Q(("status", "closed")),
                        include=("closed_at", "outcome", "is_hidden"),
                        name="closed_ones_by_kind_and_period",
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.indexes.OpClass(
                            requests_app.models.search.SearchText(), name="gin_trgm_ops"
                        ),
                        condition=models.Q(("status", "closed"), _negated=True),
                        name="not_closed_ones_by_their_words",
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.indexes.OpClass(
                            requests_app.models.search.SearchText(), name="gin_trgm_ops"
                        ),
                        condition=models.Q(("closed_at__isnull", False)),
                        name="closed_ones_by_their_words",
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.indexes.OpClass(
                            requests_app.models.search.ReferenceLetters(), name="gin_trgm_ops"
                        ),
                        name="requests_by_parts_of_reference",
                    ),
                    models.Index(fields=["-filed_at"], name="newest_first"),
                    models.Index(
                        condition=models.Q(("is_hidden", True)),
                        fields=["-filed_at"],
                        name="hidden_requests",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("closed_at__isnull", False),
                            models.Q(
                                ("forgotten_at__isnull", True),
                                ("forgotten_at__lt", models.F("closed_at")),
                                _connector="OR",
                            ),
                        ),
                        fields=["closed_at"],
                        name="closed_ones_not_yet_forgotten",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("closed_at__isnull", False),
                            ("is_private", True),
                            models.Q(
                                ("words_forgotten_at__isnull", True),
                                ("words_forgotten_at__lt", models.F("closed_at")),
                                _connector="OR",
                            ),
                        ),
                        fields=["closed_at"],
                        name="private_words_still_kept",
                    ),
                    models.Index(
                        condition=models.Q(("is_hidden", False), ("is_private", False)),
                        fields=["-changed_at", "-id"],
                        include=("category", "zone", "status", "outcome", "filed_at"),
                        name="public_ones_by_latest_update",
                    ),
                    models.Index(
                        condition=models.Q(("is_hidden", False), ("is_private", False)),
                        fields=["zone", "-changed_at", "-id"],
                        include=("category", "status", "outcome", "filed_at"),
                        name="public_ones_in_a_zone",
                    ),
                    models.Index(
                        condition=models.Q(("is_hidden", False), ("is_private", False)),
                        fields=["category", "-changed_at", "-id"],
                        include=("zone", "status", "outcome", "filed_at"),
                        name="public_ones_of_a_kind",
                    ),
                    models.Index(
                        models.F("category"),
                        models.OrderBy(models.F("filed_at"), descending=True),
                        models.OrderBy(models.F("id"), descending=True),
                        requests_app.models.map_point.MapY(),
                        requests_app.models.map_point.MapX(),
                        condition=models.Q(("is_hidden", False), ("is_private", False)),
                        include=(
                            "zone",
                            "status",
                            "outcome",
                            "changed_at",
                            "latitude",
                            "longitude",
                        ),
                        name="public_ones_of_a_kind_filed",
                    ),
                    models.Index(
                        models.OrderBy(models.F("filed_at"), descending=True),
                        models.OrderBy(models.F("id"), descending=True),
                        requests_app.models.map_point.MapY(),
                        requests_app.models.map_point.MapX(),
                        condition=models.Q(("is_hidden", False), ("is_private", False)),
                        include=(
                            "category",
                            "zone",
                            "status",
                            "outcome",
                            "changed_at",
                            "latitude",
                            "longitude",
                        ),
                        name="public_ones_by_filing",
                    ),
                    models.Index(
                        requests_app.models.map_point.MapY(),
                        requests_app.models.map_point.MapX(),
                        condition=models.Q(("is_hidden", False), ("is_private", False)),
                        name="public_ones_by_spot",
                    ),
                    django.contrib.postgres.indexes.GistIndex(
                        requests_app.models.map_point.MapPoint(),
                        condition=models.Q(("is_hidden", False), ("is_private", False)),
                        name="public_ones_by_nearness",
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        requests_app.models.search.SearchLexemes(),
                        condition=models.Q(("is_hidden", False), ("is_private", False)),
                        name="public_ones_by_month_and_word",
                    ),
                    models.Index(
                        condition=models.Q(("duplicate_of__isnull", False)),
                        fields=["duplicate_of"],
                        name="duplicates_of_a_request",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("reference",), name="each_request_has_a_number_of_its_own"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("department__isnull", False),
                            models.Q(
                                (
                                    "status__in",
                                    ["routed", "scheduled", "in_progress", "on_hold", "completed"],
                                ),
                                _negated=True,
                            ),
                            _connector="OR",
                        ),
                        name="routed_requests_have_a_department",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("closed_at__isnull", False),
                                ("status", "closed"),
                                models.Q(("outcome", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("status", "closed"), _negated=True), ("outcome", "")
                            ),
                            _connector="OR",
                        ),
                        name="closed_requests_and_only_they_have_an_outcome",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("status", "awaiting_resident"),
                                models.Q(("status_before_question", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("status", "awaiting_resident"), _negated=True),
                                ("status_before_question", ""),
                            ),
                            _connector="OR",
                        ),
                        name="a_question_remembers_where_it_interrupted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("duplicate_of__isnull", False), ("outcome", "duplicate")),
                            models.Q(
                                models.Q(("outcome", "duplicate"), _negated=True),
                                ("duplicate_of__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="duplicates_and_only_they_have_an_original",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("duplicate_of__isnull", True),
                            models.Q(("duplicate_of", models.F("pk")), _negated=True),
                            _connector="OR",
                        ),
                        name="no_request_is_its_own_duplicate",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("latitude__isnull", True), ("longitude__isnull", True)),
                            models.Q(
                                ("latitude__range", (-90, 90)), ("longitude__range", (-180, 180))
                            ),
                            _connector="OR",
                        ),
                        name="a_place_has_both_coordinates_or_none",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "scheduled"), _negated=True),
                            ("scheduled_for__isnull", False),
                            _connector="OR",
                        ),
                        name="planned_requests_have_a_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("email_normalized", lib.email_addresses.NormalizedEmailField(source="email")),
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                (
                    "latitude",
                    models.DecimalField(
                        decimal_places=6, max_digits=9, null=True, verbose_name="latitude"
                    ),
                ),
                (
                    "longitude",
                    models.DecimalField(
                        decimal_places=6, max_digits=9, null=True, verbose_name="longitude"
                    ),
                ),
                (
                    "location_text",
                    models.CharField(blank=True, max_length=200, verbose_name="location"),
                ),
                (
                    "location_note",
                    models.CharField(blank=True, max_length=200, verbose_name="how to find it"),
                ),
                ("answers", models.JSONField(default=dict, verbose_name="answers")),
                ("description", models.TextField(blank=True, verbose_name="description")),
                (
                    "searched",
                    models.CharField(
                        db_default="",
                        default="",
                        editable=False,
                        max_length=200,
                        verbose_name="searched text",
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=120)),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("phone", models.CharField(blank=True, max_length=30)),
                (
                    "no_danger",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40),
                        db_default=[],
                        default=list,
                        verbose_name="kinds of danger denied",
                    ),
                ),
                (
                    "not_these",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(),
                        db_default=[],
                        default=list,
                        verbose_name="similar ones turned down",
                    ),
                ),
                ("details_done", models.BooleanField(default=False, verbose_name="details done")),
                ("created_at", models.DateTimeField(default=lib.clock.now, verbose_name="created")),
                (
                    "changed_at",
                    models.DateTimeField(
                        db_index=True, default=lib.clock.now, verbose_name="changed"
                    ),
                ),
                (
                    "delivered_digest",
                    models.CharField(
                        db_default="",
                        default="",
                        editable=False,
                        max_length=64,
                        verbose_name="digest of what was sent",
                    ),
                ),
                ("seen", models.BigIntegerField(editable=False, null=True)),
                (
                    "removed_photos",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), db_default=[], default=list, editable=False
                    ),
                ),
                (
                    "category",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to="city.category",
                        verbose_name="category",
                    ),
                ),
                (
                    "device",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="drafts",
                        to="requests_app.device",
                        verbose_name="device",
                    ),
                ),
                (
                    "corrects",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="corrections",
                        to="requests_app.servicerequest",
                        verbose_name="service request",
                    ),
                ),
                (
                    "service_request",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="draft",
                        to="requests_app.servicerequest",
                        verbose_name="service request",
                    ),
                ),
            ],
            options={
                "verbose_name": "report being written",
                "verbose_name_plural": "reports being written",
                "indexes": [
                    models.Index(fields=["email_normalized"], name="drafts_by_normalized_email")
                ],
            },
        ),
        migrations.CreateModel(
            name="Photo",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("report", "Report"),
                            ("completion", "Completion"),
                            ("dispute", "Dispute"),
                            ("comment", "Comment"),
                            ("before", "Before the work"),
                            ("note", "Crew's note"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Processing"),
                            ("ready", "Ready"),
                            ("unreadable", "Couldn't be read"),
                        ],
                        default="waiting",
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                ("original", models.CharField(max_length=200, verbose_name="original")),
                ("digest", models.CharField(db_index=True, max_length=64, verbose_name="digest")),
                ("key", models.CharField(max_length=64, unique=True, verbose_name="key")),
                ("width", models.PositiveIntegerField(verbose_name="width")),
                ("height", models.PositiveIntegerField(verbose_name="height")),
                ("latitude", models.DecimalField(decimal_places=6, max_digits=9, null=True)),
                ("longitude", models.DecimalField(decimal_places=6, max_digits=9, null=True)),
                ("taken_at", models.DateTimeField(null=True, verbose_name="taken")),
                (
                    "uploaded_at",
                    models.DateTimeField(
                        db_index=True, default=lib.clock.now, verbose_name="uploaded"
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                ("is_hidden", models.BooleanField(default=False, verbose_name="hidden")),
                (
                    "must_clean_original",
                    models.BooleanField(
                        db_default=False,
                        default=False,
                        verbose_name="original to be replaced by a clean copy",
                    ),
                ),
                ("redactions", models.JSONField(default=list, verbose_name="blacked-out parts")),
                (
                    "device",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="photos",
                        to="requests_app.device",
                        verbose_name="device",
                    ),
                ),
                (
                    "draft",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="photos",
                        to="requests_app.draft",
                        verbose_name="report being written",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="photos",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                (
                    "service_request",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="photos",
                        to="requests_app.servicerequest",
                        verbose_name="service request",
                    ),
                ),
            ],
            options={
                "verbose_name": "photo",
                "verbose_name_plural": "photos",
                "ordering": ["position", "uploaded_at"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "ready"), _negated=True),
                        fields=["state", "uploaded_at"],
                        name="photos_that_are_not_ready",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("kind", "report"), models.Q(("state", "unreadable"), _negated=True)
                        ),
                        fields=["service_request"],
                        name="reports_with_photos",
                    ),
                    models.Index(
                        condition=models.Q(("is_hidden", True)),
                        fields=["-uploaded_at"],
                        name="hidden_photos",
                    ),
                    models.Index(
                        condition=models.Q(("must_clean_original", True)),
                        fields=["uploaded_at"],
                        name="photos_with_originals_to_clean",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "verb",
                    models.CharField(
                        choices=requests_app.models.event.verb_choices,
                        max_length=20,
                        verbose_name="what happened",
                    ),
                ),
                ("at", models.DateTimeField(default=lib.clock.now, verbose_name="when")),
                (
                    "status_before",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("filed", "New"),
                            ("routed", "Routed"),
                            ("scheduled", "Planned"),
                            ("in_progress", "Underway"),
                            ("awaiting_resident", "Waiting for an answer"),
                            ("on_hold", "On hold"),
                            ("completed", "Finished"),
                            ("disputed", "Disputed"),
                            ("closed", "Closed"),
                        ],
                        max_length=20,
                        verbose_name="status before",
                    ),
                ),
                (
                    "status_after",
                    models.CharField(
                        choices=[
                            ("filed", "New"),
                            ("routed", "Routed"),
                            ("scheduled", "Planned"),
                            ("in_progress", "Underway"),
                            ("awaiting_resident", "Waiting for an answer"),
                            ("on_hold", "On hold"),
                            ("completed", "Finished"),
                            ("disputed", "Disputed"),
                            ("closed", "Closed"),
                        ],
                        max_length=20,
                        verbose_name="status after",
                    ),
                ),
                ("on_behalf", models.BooleanField(default=False, verbose_name="for a resident")),
                ("code", models.CharField(blank=True, max_length=60, verbose_name="reason")),
                ("day", models.DateField(null=True, verbose_name="day")),
                ("due_at", models.DateTimeField(null=True, verbose_name="due")),
                ("rule", models.CharField(blank=True, max_length=60, verbose_name="rule")),
                (
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
                (
                    "assignee",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="assigned to",
                    ),
                ),
                (
                    "caused_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consequences",
                        to="requests_app.event",
                        verbose_name="caused by",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="city.department",
                        verbose_name="department",
                    ),
                ),
                (
                    "device",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="requests_app.device",
                        verbose_name="device",
                    ),
                ),
                (
                    "key",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="requests_app.apikey",
                        verbose_name="API key",
                    ),
                ),
                (
                    "undoes",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="undone_by",
                        to="requests_app.event",
                        verbose_name="undoes",
                    ),
                ),
                (
                    "subject_photo",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="requests_app.photo",
                        verbose_name="photo",
                    ),
                ),
                (
                    "other_request",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="requests_app.servicerequest",
                        verbose_name="other request",
                    ),
                ),
                (
                    "service_request",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="requests_app.servicerequest",
                        verbose_name="service request",
                    ),
                ),
            ],
            options={
                "verbose_name": "event",
                "verbose_name_plural": "events",
                "ordering": ["pk"],
                "indexes": [
                    models.Index(fields=["service_request", "id"], name="events_of_a_request"),
                    models.Index(fields=["verb", "at"], name="events_by_verb_and_time"),
                    models.Index(fields=["at"], name="events_by_time"),
                    models.Index(
                        condition=models.Q(("actor__isnull", False)),
                        fields=["actor", "-at", "-id"],
                        name="events_by_person_and_time",
                    ),
                    models.Index(
                        condition=models.Q(("on_behalf", True)),
                        fields=["at"],
                        name="events_for_somebody_else",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("verb__in", ["dispute", "answer", "comment", "correct"]),
                            models.Q(
                                ("device__isnull", False), ("key__isnull", False), _connector="OR"
                            ),
                        ),
                        fields=["service_request", "id"],
                        name="news_by_residents",
                    ),
                    models.Index(
                        condition=models.Q(("verb__in", ["confirm", "dispute"])),
                        fields=["-at", "-id"],
                        name="answers_to_finished_work",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("actor__isnull", True), ("device__isnull", True)),
                            models.Q(("actor__isnull", True), ("key__isnull", True)),
                            models.Q(("device__isnull", True), ("key__isnull", True)),
                            _connector="OR",
                        ),
                        name="an_event_has_at_most_one_actor",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Comment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("body", models.TextField(verbose_name="text")),
                (
                    "is_public",
                    models.BooleanField(
                        default=True,
                        help_text="Internal notes are seen by staff only.",
                        verbose_name="public",
                    ),
                ),
                (
                    "public_from",
                    models.DateTimeField(
                        help_text="An agent's public reply can be undone until then, and only staff see it.",
                        null=True,
                        verbose_name="public from",
                    ),
                ),
                ("is_hidden", models.BooleanField(default=False, verbose_name="hidden")),
                ("is_redacted", models.BooleanField(default=False, verbose_name="partly removed")),
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="words",
                        to="requests_app.event",
                        verbose_name="event",
                    ),
                ),
                (
                    "service_request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="comments",
                        to="requests_app.servicerequest",
                        verbose_name="service request",
                    ),
                ),
            ],
            options={
                "verbose_name": "comment",
                "verbose_name_plural": "comments",
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.indexes.OpClass(
                            django.db.models.functions.text.Upper("body"), name="gin_trgm_ops"
                        ),
                        name="comments_by_their_text",
                    ),
                    models.Index(
                        condition=models.Q(("is_hidden", True)),
                        fields=["id"],
                        name="hidden_comments",
                    ),
                    models.Index(
                        condition=models.Q(("is_public", False)),
                        fields=["id"],
                        name="internal_comments",
                    ),
                    models.Index(
                        condition=models.Q(("is_redacted", True)),
                        fields=["id"],
                        name="redacted_comments",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DataLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("nonce", models.UUIDField(unique=True)),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("address", models.EmailField(max_length=254)),
                ("created_at", models.DateTimeField(db_index=True, default=lib.clock.now)),
            ],
            options={
                "abstract": False,
            },
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
        migrations.CreateModel(
            name="RollupChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("category", models.BigIntegerField()),
                ("zone", models.BigIntegerField()),
                ("status", models.CharField(max_length=20)),
                ("outcome", models.CharField(max_length=20)),
                ("n", models.IntegerField()),
                ("y", models.IntegerField(null=True)),
                ("x", models.IntegerField(null=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="CategoryTotal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("category", models.BigIntegerField()),
                ("zone", models.BigIntegerField()),
                ("status", models.CharField(max_length=20)),
                ("outcome", models.CharField(max_length=20)),
                ("n", models.IntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("category", "zone", "status", "outcome"),
                        name="one_total_of_a_category",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CellTotal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("category", models.BigIntegerField()),
                ("zone", models.BigIntegerField()),
                ("status", models.CharField(max_length=20)),
                ("outcome", models.CharField(max_length=20)),
                ("n", models.IntegerField()),
                ("level", models.SmallIntegerField()),
                ("y", models.IntegerField()),
                ("x", models.IntegerField()),
                ("sum_y", models.BigIntegerField()),
                ("sum_x", models.BigIntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("level", "category", "y", "x", "zone", "status", "outcome"),
                        name="one_total_of_a_cell",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CrewAction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(unique=True)),
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="crew_action",
                        to="requests_app.event",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Follower",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(default=lib.clock.now, verbose_name="created")),
                (
                    "device",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="followings",
                        to="requests_app.device",
                        verbose_name="device",
                    ),
                ),
                (
                    "service_request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="followers",
                        to="requests_app.servicerequest",
                        verbose_name="service request",
                    ),
                ),
            ],
            options={
                "verbose_name": "follower",
                "verbose_name_plural": "followers",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("device", "service_request"), name="a_device_follows_a_request_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="FollowerLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("nonce", models.UUIDField(unique=True)),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField(default=lib.clock.now, verbose_name="created")),
                (
                    "follower",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="links",
                        to="requests_app.follower",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Handover",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(null=True, unique=True)),
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="handover",
                        to="requests_app.event",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Pace",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("median_days", models.PositiveSmallIntegerField()),
                ("p90_days", models.PositiveSmallIntegerField()),
                ("measured", models.PositiveIntegerField()),
                ("since", models.DateField()),
                ("measured_at", models.DateTimeField(default=lib.clock.now)),
                (
                    "category",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pace",
                        to="city.category",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("median_days__gte", 1), ("p90_days__gte", models.F("median_days"))
                        ),
                        name="half_are_never_slower_than_nine_of_ten",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PendingEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "subscriber",
                    models.CharField(max_length=100, verbose_name="who is still to be told"),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_index=True, default=lib.clock.now, verbose_name="created"
                    ),
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
                "verbose_name": "pending event",
                "verbose_name_plural": "pending events",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("event", "subscriber"), name="one_reaction_per_event"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SpooledOriginal",
            fields=[
                (
                    "photo",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="spooled",
                        serialize=False,
                        to="requests_app.photo",
                    ),
                ),
                ("content", models.BinaryField()),
                ("bytes", models.PositiveIntegerField()),
                ("spooled_at", models.DateTimeField(default=lib.clock.now)),
            ],
        ),
        migrations.CreateModel(
            name="ReporterSession",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(default=lib.clock.now, verbose_name="created")),
                (
                    "device",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reporter_sessions",
                        to="requests_app.device",
                        verbose_name="device",
                    ),
                ),
                (
                    "service_request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reporter_sessions",
                        to="requests_app.servicerequest",
                        verbose_name="service request",
                    ),
                ),
            ],
            options={
                "verbose_name": "device of a resident",
                "verbose_name_plural": "devices of residents",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("device", "service_request"), name="one_reporter_session_per_device"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OlderRecord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("system", models.CharField(max_length=40, verbose_name="previous system")),
                (
                    "record_id",
                    models.CharField(max_length=60, verbose_name="number in the previous system"),
                ),
                (
                    "service_request",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="older_record",
                        to="requests_app.servicerequest",
                        verbose_name="service request",
                    ),
                ),
            ],
            options={
                "verbose_name": "record of a previous system",
                "verbose_name_plural": "records of previous systems",
                "indexes": [
                    models.Index(
                        django.db.models.functions.text.Upper("record_id"),
                        name="older_records_by_number",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("system", "record_id"), name="an_older_record_is_imported_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="FollowerAddress",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("email_normalized", lib.email_addresses.NormalizedEmailField(source="email")),
                ("email", models.EmailField(max_length=254, verbose_name="email")),
                ("language", models.CharField(max_length=10, verbose_name="language")),
                (
                    "confirmed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="confirmed"),
                ),
                (
                    "bounced_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="email refused"),
                ),
                (
                    "follower",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="address",
                        to="requests_app.follower",
                        verbose_name="follower",
                    ),
                ),
                (
                    "service_request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="requests_app.servicerequest",
                        verbose_name="service request",
                    ),
                ),
            ],
            options={
                "verbose_name": "follower by email",
                "verbose_name_plural": "followers by email",
                "indexes": [
                    models.Index(fields=["email_normalized"], name="followers_by_normalized_email")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("service_request", "email"),
                        name="an_address_follows_a_request_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Feedback",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "rating",
                    models.PositiveSmallIntegerField(
                        choices=[(1, 1), (2, 2), (3, 3), (4, 4), (5, 5)], verbose_name="rating"
                    ),
                ),
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="feedback",
                        to="requests_app.event",
                        verbose_name="event",
                    ),
                ),
                (
                    "service_request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="feedback",
                        to="requests_app.servicerequest",
                        verbose_name="service request",
                    ),
                ),
            ],
            options={
                "verbose_name": "rating",
                "verbose_name_plural": "ratings",
                "indexes": [models.Index(fields=["rating", "id"], name="ratings_by_their_stars")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("rating__range", (1, 5))),
                        name="ratings_are_one_to_five_stars",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ContentReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("personal", "It shows personal information"),
                            ("offensive", "It's offensive"),
                            ("unrelated", "It isn't about this request"),
                            ("other", "Something else"),
                        ],
                        max_length=10,
                        verbose_name="reason",
                    ),
                ),
                ("text", models.TextField(blank=True, verbose_name="text")),
                (
                    "made_at",
                    models.DateTimeField(db_index=True, default=lib.clock.now, verbose_name="made"),
                ),
                (
                    "comment",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="requests_app.comment",
                        verbose_name="comment",
                    ),
                ),
                (
                    "device",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="content_reports",
                        to="requests_app.device",
                        verbose_name="device",
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="settled",
                        to="requests_app.event",
                        verbose_name="settled by",
                    ),
                ),
                (
                    "photo",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="requests_app.photo",
                        verbose_name="photo",
                    ),
                ),
                (
                    "service_request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="content_reports",
                        to="requests_app.servicerequest",
                        verbose_name="service request",
                    ),
                ),
            ],
            options={
                "verbose_name": "report by a reader",
                "verbose_name_plural": "reports by readers",
                "ordering": ["pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("settled_by", None)),
                        fields=["service_request"],
                        name="content_reports_not_settled",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("device__isnull", False)),
                        fields=("device", "service_request", "photo", "comment"),
                        name="one_content_report_per_device",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("photo", None), ("comment", None), _connector="OR"),
                        name="a_content_report_is_about_one_thing",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Contact",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("email_normalized", lib.email_addresses.NormalizedEmailField(source="email")),
                ("name", models.CharField(blank=True, max_length=120, verbose_name="name")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="email")),
                ("phone", models.CharField(blank=True, max_length=30, verbose_name="phone")),
                (
                    "bounced_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="email refused"),
                ),
                (
                    "service_request",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="contact",
                        to="requests_app.servicerequest",
                        verbose_name="service request",
                    ),
                ),
            ],
            options={
                "verbose_name": "contact",
                "verbose_name_plural": "contacts",
                "indexes": [
                    models.Index(fields=["email_normalized"], name="contacts_by_normalized_email"),
                    models.Index(fields=["phone"], name="contacts_by_phone"),
                    models.Index(
                        django.contrib.postgres.indexes.OpClass(
                            requests_app.models.contact.PhoneEnding("phone"),
                            name="text_pattern_ops",
                        ),
                        name="contacts_by_phone_ending",
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.indexes.OpClass(
                            django.db.models.functions.text.Upper("name"), name="gin_trgm_ops"
                        ),
                        django.contrib.postgres.indexes.OpClass(
                            django.db.models.functions.text.Upper("email"), name="gin_trgm_ops"
                        ),
                        django.contrib.postgres.indexes.OpClass(
                            django.db.models.functions.text.Upper("phone"), name="gin_trgm_ops"
                        ),
                        name="contacts_by_parts_of_them",
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.indexes.OpClass(
                            requests_app.models.search.FoldedText("name"), name="gin_trgm_ops"
                        ),
                        name="contacts_by_parts_of_name",
                    ),
                    models.Index(
                        condition=models.Q(("bounced_at__isnull", False)),
                        fields=["id"],
                        name="contacts_that_bounced",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Completion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "metres",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="distance in meters"
                    ),
                ),
                (
                    "proof_reason",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="reason for no proof"
                    ),
                ),
                ("key", models.UUIDField(blank=True, null=True, unique=True, verbose_name="key")),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="city.department",
                        verbose_name="department",
                    ),
                ),
                (
                    "no_photo_reason",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="city.nophotoreason",
                        verbose_name="reason for no photo",
                    ),
                ),
                (
                    "resolution",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="city.resolutioncode",
                        verbose_name="resolution",
                    ),
                ),
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="completion",
                        to="requests_app.event",
                        verbose_name="event",
                    ),
                ),
                (
                    "service_request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="completions",
                        to="requests_app.servicerequest",
                        verbose_name="service request",
                    ),
                ),
            ],
            options={
                "verbose_name": "finished work",
                "verbose_name_plural": "finished work",
                "indexes": [models.Index(fields=["resolution", "id"], name="work_by_how_it_ended")],
            },
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "values",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=1000), verbose_name="values"
                    ),
                ),
                ("said", models.TextField(verbose_name="answer")),
                (
                    "question",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="city.question",
                        verbose_name="question",
                    ),
                ),
                (
                    "service_request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="requests_app.servicerequest",
                        verbose_name="service request",
                    ),
                ),
            ],
            options={
                "verbose_name": "answer",
                "verbose_name_plural": "answers",
                "ordering": ["question__position", "pk"],
                "indexes": [models.Index(fields=["question", "id"], name="answers_to_a_question")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("service_request", "question"),
                        name="each_question_is_answered_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AccessLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("nonce", models.UUIDField(unique=True)),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField(default=lib.clock.now, verbose_name="created")),
                (
                    "service_request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="access_links",
                        to="requests_app.servicerequest",
                        verbose_name="service request",
                    ),
                ),
            ],
            options={
                "verbose_name": "private link",
                "verbose_name_plural": "private links",
            },
        ),
        migrations.CreateModel(
            name="UndoPoint",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("columns", models.JSONField(verbose_name="how it was before")),
                (
                    "moved_duplicates",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(),
                        default=list,
                        verbose_name="moved duplicates",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_index=True, default=lib.clock.now, verbose_name="created"
                    ),
                ),
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="undo_point",
                        to="requests_app.event",
                        verbose_name="event",
                    ),
                ),
            ],
            options={
                "verbose_name": "undo point",
                "verbose_name_plural": "undo points",
            },
        ),
        migrations.AddField(
            model_name="event",
            name="subject_comment",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="requests_app.comment",
                verbose_name="comment",
            ),
        ),
        migrations.AddField(
            model_name="photo",
            name="event",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="photos",
                to="requests_app.event",
                verbose_name="event",
            ),
        ),
        migrations.RunSQL((SQL / "append_only_events.sql").read_text(encoding="utf-8")),
        migrations.RunSQL((SQL / "autovacuum.sql").read_text(encoding="utf-8")),
        migrations.RunSQL((SQL / "rollups.sql").read_text(encoding="utf-8")),
    ]
