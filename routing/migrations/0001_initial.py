"""The tables of routing."""

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.constraints
import django.db.models.deletion
import django.db.models.functions.text
import lib.clock
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("city", "0001_initial"),
        ("requests_app", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Batch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(editable=False, unique=True)),
                ("verb", models.CharField(max_length=20)),
                ("goal", models.CharField(max_length=200)),
                ("query", models.TextField(blank=True)),
                ("at", models.DateTimeField(default=lib.clock.now)),
                (
                    "agent",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="batches",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "batches",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="HistoricalRoutingRule",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        help_text="Read by agents and kept in the log: “Storm drains → Water Resources”.",
                        max_length=48,
                        verbose_name="name",
                    ),
                ),
                (
                    "position",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="Smaller numbers come first.", verbose_name="position"
                    ),
                ),
                (
                    "priority",
                    models.CharField(
                        blank=True,
                        choices=[("normal", "Normal"), ("urgent", "Urgent")],
                        max_length=10,
                        verbose_name="priority",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("web", "Web"),
                            ("phone", "Phone"),
                            ("walk_in", "In person"),
                            ("api", "Open311"),
                            ("import", "Previous system"),
                        ],
                        help_text="How it came in.",
                        max_length=10,
                        verbose_name="channel",
                    ),
                ),
                (
                    "question",
                    models.CharField(
                        blank=True,
                        help_text="The code of a question; with an answer below.",
                        max_length=60,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9]+(?:[-_][a-z0-9]+)*\\Z",
                                "Use small letters, digits and hyphens.",
                            )
                        ],
                        verbose_name="question",
                    ),
                ),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        help_text="A choice's key.",
                        max_length=60,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9]+(?:[-_][a-z0-9]+)*\\Z",
                                "Use small letters, digits and hyphens.",
                            )
                        ],
                        verbose_name="answer",
                    ),
                ),
                (
                    "weekdays",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(
                            validators=[django.core.validators.MaxValueValidator(6)]
                        ),
                        blank=True,
                        default=list,
                        help_text="Of the moment when the rule is applied. Monday is 0; none means every day.",
                        verbose_name="weekdays",
                    ),
                ),
                ("from_time", models.TimeField(blank=True, null=True, verbose_name="from")),
                ("to_time", models.TimeField(blank=True, null=True, verbose_name="to")),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("propose", "suggests it to the desk"),
                            ("route", "routes automatically"),
                        ],
                        default="propose",
                        max_length=10,
                        verbose_name="what it does",
                    ),
                ),
                (
                    "why",
                    models.CharField(
                        blank=True,
                        help_text="One sentence for agents. Residents may read it too.",
                        max_length=200,
                        verbose_name="why",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Turn off instead of deleting: old requests keep the name.",
                        verbose_name="in use",
                    ),
                ),
                (
                    "version",
                    models.PositiveIntegerField(
                        default=1,
                        editable=False,
                        help_text="Goes up by one with each change.",
                        verbose_name="version",
                    ),
                ),
                ("history_change_reason", models.CharField(max_length=300, null=True)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="city.category",
                        verbose_name="category",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="city.department",
                        verbose_name="department",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="city.categorygroup",
                        verbose_name="group of categories",
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "zone",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="city.zone",
                        verbose_name="area",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical routing rule",
                "verbose_name_plural": "historical routing rules",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="RoutingRule",
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
                        help_text="Read by agents and kept in the log: “Storm drains → Water Resources”.",
                        max_length=48,
                        verbose_name="name",
                    ),
                ),
                (
                    "position",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="Smaller numbers come first.", verbose_name="position"
                    ),
                ),
                (
                    "priority",
                    models.CharField(
                        blank=True,
                        choices=[("normal", "Normal"), ("urgent", "Urgent")],
                        max_length=10,
                        verbose_name="priority",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("web", "Web"),
                            ("phone", "Phone"),
                            ("walk_in", "In person"),
                            ("api", "Open311"),
                            ("import", "Previous system"),
                        ],
                        help_text="How it came in.",
                        max_length=10,
                        verbose_name="channel",
                    ),
                ),
                (
                    "question",
                    models.CharField(
                        blank=True,
                        help_text="The code of a question; with an answer below.",
                        max_length=60,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9]+(?:[-_][a-z0-9]+)*\\Z",
                                "Use small letters, digits and hyphens.",
                            )
                        ],
                        verbose_name="question",
                    ),
                ),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        help_text="A choice's key.",
                        max_length=60,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9]+(?:[-_][a-z0-9]+)*\\Z",
                                "Use small letters, digits and hyphens.",
                            )
                        ],
                        verbose_name="answer",
                    ),
                ),
                (
                    "weekdays",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(
                            validators=[django.core.validators.MaxValueValidator(6)]
                        ),
                        blank=True,
                        default=list,
                        help_text="Of the moment when the rule is applied. Monday is 0; none means every day.",
                        verbose_name="weekdays",
                    ),
                ),
                ("from_time", models.TimeField(blank=True, null=True, verbose_name="from")),
                ("to_time", models.TimeField(blank=True, null=True, verbose_name="to")),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("propose", "suggests it to the desk"),
                            ("route", "routes automatically"),
                        ],
                        default="propose",
                        max_length=10,
                        verbose_name="what it does",
                    ),
                ),
                (
                    "why",
                    models.CharField(
                        blank=True,
                        help_text="One sentence for agents. Residents may read it too.",
                        max_length=200,
                        verbose_name="why",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Turn off instead of deleting: old requests keep the name.",
                        verbose_name="in use",
                    ),
                ),
                (
                    "version",
                    models.PositiveIntegerField(
                        default=1,
                        editable=False,
                        help_text="Goes up by one with each change.",
                        verbose_name="version",
                    ),
                ),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="city.category",
                        verbose_name="category",
                    ),
                ),
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
                    "group",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="city.categorygroup",
                        verbose_name="group of categories",
                    ),
                ),
                (
                    "zone",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="city.zone",
                        verbose_name="area",
                    ),
                ),
            ],
            options={
                "verbose_name": "routing rule",
                "verbose_name_plural": "routing rules",
                "ordering": ["position", "pk"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", ""), ("question", "")),
                            models.Q(
                                models.Q(("question", ""), _negated=True),
                                models.Q(("answer", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="a_rule_about_an_answer_names_its_question",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("category", None), ("group", None), _connector="OR"),
                        name="a_rule_is_about_a_category_or_a_group",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("from_time", None), ("to_time", None)),
                            models.Q(
                                ("from_time__isnull", False),
                                ("to_time__isnull", False),
                                models.Q(("from_time", models.F("to_time")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="a_rules_hours_have_a_beginning_and_an_end",
                    ),
                    models.UniqueConstraint(
                        deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                        fields=("name",),
                        name="each_rule_has_its_own_name",
                        violation_error_message="Another rule has this name.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Proposal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "rule_label",
                    models.CharField(blank=True, max_length=60, verbose_name="rule as it was"),
                ),
                (
                    "rule_version",
                    models.PositiveIntegerField(null=True, verbose_name="version of the rule"),
                ),
                (
                    "matched",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=12),
                        default=list,
                        verbose_name="what matched",
                    ),
                ),
                ("why", models.CharField(blank=True, max_length=200, verbose_name="why")),
                ("created_at", models.DateTimeField(default=lib.clock.now, verbose_name="created")),
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
                    "service_request",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="proposal",
                        to="requests_app.servicerequest",
                        verbose_name="service request",
                    ),
                ),
                (
                    "stopped",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="city.department",
                        verbose_name="stopped",
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="routing.routingrule",
                        verbose_name="rule",
                    ),
                ),
            ],
            options={
                "verbose_name": "proposal",
                "verbose_name_plural": "proposals",
                "indexes": [models.Index(fields=["created_at"], name="proposals_by_time")],
            },
        ),
        migrations.CreateModel(
            name="RuleDraft",
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
                        help_text="What it's about: “Beach season 2027”.",
                        max_length=80,
                        verbose_name="name",
                    ),
                ),
                ("based_on", models.JSONField(default=dict, editable=False)),
                (
                    "made_at",
                    models.DateTimeField(
                        default=lib.clock.now, editable=False, verbose_name="made"
                    ),
                ),
                (
                    "published_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="published"),
                ),
                (
                    "why",
                    models.CharField(
                        blank=True, editable=False, max_length=200, verbose_name="why"
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="made by",
                    ),
                ),
                (
                    "published_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="published by",
                    ),
                ),
            ],
            options={
                "verbose_name": "draft of the rules",
                "verbose_name_plural": "drafts of the rules",
                "ordering": ["-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("published_at", None),
                            models.Q(
                                ("published_at__isnull", False),
                                models.Q(("why", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="a_published_draft_says_why",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DraftedRule",
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
                        help_text="Read by agents and kept in the log: “Storm drains → Water Resources”.",
                        max_length=48,
                        verbose_name="name",
                    ),
                ),
                (
                    "position",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="Smaller numbers come first.", verbose_name="position"
                    ),
                ),
                (
                    "priority",
                    models.CharField(
                        blank=True,
                        choices=[("normal", "Normal"), ("urgent", "Urgent")],
                        max_length=10,
                        verbose_name="priority",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("web", "Web"),
                            ("phone", "Phone"),
                            ("walk_in", "In person"),
                            ("api", "Open311"),
                            ("import", "Previous system"),
                        ],
                        help_text="How it came in.",
                        max_length=10,
                        verbose_name="channel",
                    ),
                ),
                (
                    "question",
                    models.CharField(
                        blank=True,
                        help_text="The code of a question; with an answer below.",
                        max_length=60,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9]+(?:[-_][a-z0-9]+)*\\Z",
                                "Use small letters, digits and hyphens.",
                            )
                        ],
                        verbose_name="question",
                    ),
                ),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        help_text="A choice's key.",
                        max_length=60,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9]+(?:[-_][a-z0-9]+)*\\Z",
                                "Use small letters, digits and hyphens.",
                            )
                        ],
                        verbose_name="answer",
                    ),
                ),
                (
                    "weekdays",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(
                            validators=[django.core.validators.MaxValueValidator(6)]
                        ),
                        blank=True,
                        default=list,
                        help_text="Of the moment when the rule is applied. Monday is 0; none means every day.",
                        verbose_name="weekdays",
                    ),
                ),
                ("from_time", models.TimeField(blank=True, null=True, verbose_name="from")),
                ("to_time", models.TimeField(blank=True, null=True, verbose_name="to")),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("propose", "suggests it to the desk"),
                            ("route", "routes automatically"),
                        ],
                        default="propose",
                        max_length=10,
                        verbose_name="what it does",
                    ),
                ),
                (
                    "why",
                    models.CharField(
                        blank=True,
                        help_text="One sentence for agents. Residents may read it too.",
                        max_length=200,
                        verbose_name="why",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Turn off instead of deleting: old requests keep the name.",
                        verbose_name="in use",
                    ),
                ),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="city.category",
                        verbose_name="category",
                    ),
                ),
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
                    "group",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="city.categorygroup",
                        verbose_name="group of categories",
                    ),
                ),
                (
                    "zone",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="city.zone",
                        verbose_name="area",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="routing.routingrule",
                    ),
                ),
                (
                    "draft",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rules",
                        to="routing.ruledraft",
                        verbose_name="draft",
                    ),
                ),
            ],
            options={
                "verbose_name": "drafted rule",
                "verbose_name_plural": "drafted rules",
                "ordering": ["position", "pk"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", ""), ("question", "")),
                            models.Q(
                                models.Q(("question", ""), _negated=True),
                                models.Q(("answer", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="a_drafted_rule_about_an_answer_names_its_question",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("category", None), ("group", None), _connector="OR"),
                        name="a_drafted_rule_is_about_a_category_or_a_group",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("from_time", None), ("to_time", None)),
                            models.Q(
                                ("from_time__isnull", False),
                                ("to_time__isnull", False),
                                models.Q(("from_time", models.F("to_time")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="a_drafted_rules_hours_have_a_beginning_and_an_end",
                    ),
                    models.UniqueConstraint(
                        deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                        fields=("draft", "name"),
                        name="each_rule_of_a_draft_has_its_own_name",
                        violation_error_message="Another rule of this draft has this name.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=40)),
                ("query", models.TextField()),
                ("is_shared", models.BooleanField(db_default=False, default=False)),
                ("created_at", models.DateTimeField(default=lib.clock.now)),
                (
                    "user",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="saved_views",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": [django.db.models.functions.text.Lower("name"), "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("user"),
                        django.db.models.functions.text.Lower("name"),
                        name="one_view_of_a_name_per_agent",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ShiftNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("words", models.CharField(max_length=500)),
                ("written_at", models.DateTimeField(default=lib.clock.now)),
                (
                    "author",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="shift_notes",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "note for the next shift",
                "verbose_name_plural": "notes for the next shift",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="BatchLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("seen", models.BigIntegerField()),
                (
                    "answer",
                    models.CharField(
                        choices=[
                            ("waiting", "Not done"),
                            ("done", "Done"),
                            ("refused", "Refused"),
                            ("moved_on", "Changed in the meantime"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("reason", models.TextField(blank=True)),
                ("kept", models.TextField(blank=True)),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="routing.batch",
                    ),
                ),
                (
                    "event",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="requests_app.event",
                    ),
                ),
                (
                    "service_request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="requests_app.servicerequest",
                    ),
                ),
                (
                    "undo",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="requests_app.event",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("batch", "service_request"), name="a_batch_names_a_request_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Look",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "agent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="requests_app.event",
                    ),
                ),
                (
                    "service_request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="requests_app.servicerequest",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("agent", "service_request"), name="one_look_per_agent_and_request"
                    )
                ],
            },
        ),
    ]
