"""The tables of city."""

import city.logo
import city.models.canned_text
import city.models.city
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import lib.clock
import simple_history.models
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="DeclineReason",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        help_text="It never changes.",
                        max_length=40,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9]+(?:[-_][a-z0-9]+)*\\Z",
                                "Use small letters, digits and hyphens.",
                            )
                        ],
                        verbose_name="code",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Turn off instead of deleting: old requests keep the name.",
                        verbose_name="in use",
                    ),
                ),
                (
                    "position",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="Smaller numbers come first.", verbose_name="position"
                    ),
                ),
                (
                    "words",
                    models.TextField(
                        help_text="Kind, short, and what to do instead.",
                        verbose_name="text for the resident",
                    ),
                ),
            ],
            options={
                "verbose_name": "reason to decline",
                "verbose_name_plural": "reasons to decline",
                "ordering": ["position", "name"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="HandBackReason",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        help_text="It never changes.",
                        max_length=40,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9]+(?:[-_][a-z0-9]+)*\\Z",
                                "Use small letters, digits and hyphens.",
                            )
                        ],
                        verbose_name="code",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Turn off instead of deleting: old requests keep the name.",
                        verbose_name="in use",
                    ),
                ),
                (
                    "position",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="Smaller numbers come first.", verbose_name="position"
                    ),
                ),
            ],
            options={
                "verbose_name": "reason to hand back",
                "verbose_name_plural": "reasons to hand back",
                "ordering": ["position", "name"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="HistoricalDangerKind",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        help_text="The same in every language; the log of a request names it. It never changes.",
                        max_length=40,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9]+(?:[-_][a-z0-9]+)*\\Z",
                                "Use small letters, digits and hyphens.",
                            )
                        ],
                        verbose_name="kind",
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        max_length=16,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z]{2,3}(?:-[a-z0-9]{2,8})*\\Z",
                                "Write a language as its code: es, zh-hans.",
                            )
                        ],
                        verbose_name="language",
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        help_text="What staff read: gas leak, fire or smoke.",
                        max_length=60,
                        verbose_name="name",
                    ),
                ),
                (
                    "phrases",
                    models.TextField(
                        help_text="What people write, with commas between. Found with typing mistakes, plurals, missing accents, and up to two other words in between. “gas/power line” is either of the two; “someone” is anyone.",
                        verbose_name="phrases",
                    ),
                ),
                (
                    "exceptions",
                    models.TextField(
                        blank=True,
                        help_text="What looks like one of the phrases and is no danger: fire hydrant, fire lane. A star is the rest of the sentence up to a comma: could catch *.",
                        verbose_name="exceptions",
                    ),
                ),
                (
                    "advice",
                    models.TextField(
                        help_text="What to do, then whom to call. Short sentences.",
                        verbose_name="advice",
                    ),
                ),
                (
                    "second_label",
                    models.CharField(
                        blank=True, max_length=80, verbose_name="second number's name"
                    ),
                ),
                (
                    "second_phone",
                    models.CharField(
                        blank=True, max_length=40, verbose_name="second number, as people say it"
                    ),
                ),
                (
                    "second_phone_tel",
                    models.CharField(
                        blank=True,
                        max_length=20,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^\\+?[0-9]{2,15}\\Z", "Digits only, as a phone dials it, or +1…"
                            )
                        ],
                        verbose_name="second number, as a phone dials it",
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
                    "position",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="Smaller numbers come first.", verbose_name="position"
                    ),
                ),
                ("history_user_id", models.BigIntegerField(blank=True, null=True)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
            ],
            options={
                "verbose_name": "historical kind of danger",
                "verbose_name_plural": "historical kinds of danger",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalDeclineReason",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        db_index=True,
                        help_text="It never changes.",
                        max_length=40,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9]+(?:[-_][a-z0-9]+)*\\Z",
                                "Use small letters, digits and hyphens.",
                            )
                        ],
                        verbose_name="code",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Turn off instead of deleting: old requests keep the name.",
                        verbose_name="in use",
                    ),
                ),
                (
                    "position",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="Smaller numbers come first.", verbose_name="position"
                    ),
                ),
                ("history_user_id", models.BigIntegerField(blank=True, null=True)),
                (
                    "words",
                    models.TextField(
                        help_text="Kind, short, and what to do instead.",
                        verbose_name="text for the resident",
                    ),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
            ],
            options={
                "verbose_name": "historical reason to decline",
                "verbose_name_plural": "historical reasons to decline",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalDepartment",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                (
                    "slug",
                    models.CharField(
                        help_text="The short name used in the pack and in addresses. It never changes.",
                        max_length=60,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9]+(?:[-_][a-z0-9]+)*\\Z",
                                "Use small letters, digits and hyphens.",
                            )
                        ],
                        verbose_name="slug",
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        help_text="As residents read it: “With Water Resources”.",
                        max_length=80,
                        verbose_name="name",
                    ),
                ),
                (
                    "division_of",
                    models.CharField(blank=True, max_length=80, verbose_name="division of"),
                ),
                (
                    "email",
                    models.EmailField(
                        blank=True,
                        help_text="Gets a daily digest, and emails about disputed and urgent requests.",
                        max_length=254,
                        verbose_name="email",
                    ),
                ),
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="phone")),
                (
                    "handles",
                    models.TextField(
                        blank=True,
                        help_text="What it does, for the agents who route to it.",
                        verbose_name="handles",
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
                    "takes_new",
                    models.BooleanField(
                        db_default=True,
                        default=True,
                        help_text="If not, nothing new goes here, and what is open is finished.",
                        verbose_name="takes new requests",
                    ),
                ),
                (
                    "position",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="Smaller numbers come first.", verbose_name="position"
                    ),
                ),
                ("history_user_id", models.BigIntegerField(blank=True, null=True)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
            ],
            options={
                "verbose_name": "historical department",
                "verbose_name_plural": "historical departments",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalHandBackReason",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        db_index=True,
                        help_text="It never changes.",
                        max_length=40,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9]+(?:[-_][a-z0-9]+)*\\Z",
                                "Use small letters, digits and hyphens.",
                            )
                        ],
                        verbose_name="code",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Turn off instead of deleting: old requests keep the name.",
                        verbose_name="in use",
                    ),
                ),
                (
                    "position",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="Smaller numbers come first.", verbose_name="position"
                    ),
                ),
                ("history_user_id", models.BigIntegerField(blank=True, null=True)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
            ],
            options={
                "verbose_name": "historical reason to hand back",
                "verbose_name_plural": "historical reasons to hand back",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalHoldReason",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        db_index=True,
                        help_text="It never changes.",
                        max_length=40,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9]+(?:[-_][a-z0-9]+)*\\Z",
                                "Use small letters, digits and hyphens.",
                            )
                        ],
                        verbose_name="code",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Turn off instead of deleting: old requests keep the name.",
                        verbose_name="in use",
                    ),
                ),
                (
                    "position",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="Smaller numbers come first.", verbose_name="position"
                    ),
                ),
                ("history_user_id", models.BigIntegerField(blank=True, null=True)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
            ],
            options={
                "verbose_name": "historical reason to hold",
                "verbose_name_plural": "historical reasons to hold",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalNoPhotoReason",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        db_index=True,
                        help_text="It never changes.",
                        max_length=40,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9]+(?:[-_][a-z0-9]+)*\\Z",
                                "Use small letters, digits and hyphens.",
                            )
                        ],
                        verbose_name="code",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Turn off instead of deleting: old requests keep the name.",
                        verbose_name="in use",
                    ),
                ),
                (
                    "position",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="Smaller numbers come first.", verbose_name="position"
                    ),
                ),
                ("history_user_id", models.BigIntegerField(blank=True, null=True)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
            ],
            options={
                "verbose_name": "historical reason for no photo",
                "verbose_name_plural": "historical reasons for no photo",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalResolutionCode",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        db_index=True,
                        help_text="It never changes.",
                        max_length=40,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9]+(?:[-_][a-z0-9]+)*\\Z",
                                "Use small letters, digits and hyphens.",
                            )
                        ],
                        verbose_name="code",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Turn off instead of deleting: old requests keep the name.",
                        verbose_name="in use",
                    ),
                ),
                (
                    "position",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="Smaller numbers come first.", verbose_name="position"
                    ),
                ),
                ("history_user_id", models.BigIntegerField(blank=True, null=True)),
                (
                    "is_no_fault",
                    models.BooleanField(
                        default=False,
                        help_text="The crew found nothing to do: counted apart from work done.",
                        verbose_name="nothing was wrong",
                    ),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
            ],
            options={
                "verbose_name": "historical resolution",
                "verbose_name_plural": "historical resolutions",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalRouteReason",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        db_index=True,
                        help_text="It never changes.",
                        max_length=40,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9]+(?:[-_][a-z0-9]+)*\\Z",
                                "Use small letters, digits and hyphens.",
                            )
                        ],
                        verbose_name="code",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Turn off instead of deleting: old requests keep the name.",
                        verbose_name="in use",
                    ),
                ),
                (
                    "position",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="Smaller numbers come first.", verbose_name="position"
                    ),
                ),
                ("history_user_id", models.BigIntegerField(blank=True, null=True)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
            ],
            options={
                "verbose_name": "historical reason to reroute",
                "verbose_name_plural": "historical reasons to reroute",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalTranslation",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        max_length=16,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z]{2,3}(?:-[a-z0-9]{2,8})*\\Z",
                                "Write a language as its code: es, zh-hans.",
                            )
                        ],
                        verbose_name="language",
                    ),
                ),
                (
                    "source",
                    models.TextField(
                        help_text="Exactly as the pack or the admin has them.",
                        verbose_name="original text",
                    ),
                ),
                ("words", models.TextField(verbose_name="translation")),
                ("history_user_id", models.BigIntegerField(blank=True, null=True)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
            ],
            options={
                "verbose_name": "historical translation",
                "verbose_name_plural": "historical translations",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HoldReason",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        help_text="It never changes.",
                        max_length=40,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9]+(?:[-_][a-z0-9]+)*\\Z",
                                "Use small letters, digits and hyphens.",
                            )
                        ],
                        verbose_name="code",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Turn off instead of deleting: old requests keep the name.",
                        verbose_name="in use",
                    ),
                ),
                (
                    "position",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="Smaller numbers come first.", verbose_name="position"
                    ),
                ),
            ],
            options={
                "verbose_name": "reason to hold",
                "verbose_name_plural": "reasons to hold",
                "ordering": ["position", "name"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="NoPhotoReason",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        help_text="It never changes.",
                        max_length=40,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9]+(?:[-_][a-z0-9]+)*\\Z",
                                "Use small letters, digits and hyphens.",
                            )
                        ],
                        verbose_name="code",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Turn off instead of deleting: old requests keep the name.",
                        verbose_name="in use",
                    ),
                ),
                (
                    "position",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="Smaller numbers come first.", verbose_name="position"
                    ),
                ),
            ],
            options={
                "verbose_name": "reason for no photo",
                "verbose_name_plural": "reasons for no photo",
                "ordering": ["position", "name"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ResolutionCode",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        help_text="It never changes.",
                        max_length=40,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9]+(?:[-_][a-z0-9]+)*\\Z",
                                "Use small letters, digits and hyphens.",
                            )
                        ],
                        verbose_name="code",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Turn off instead of deleting: old requests keep the name.",
                        verbose_name="in use",
                    ),
                ),
                (
                    "position",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="Smaller numbers come first.", verbose_name="position"
                    ),
                ),
                (
                    "is_no_fault",
                    models.BooleanField(
                        default=False,
                        help_text="The crew found nothing to do: counted apart from work done.",
                        verbose_name="nothing was wrong",
                    ),
                ),
            ],
            options={
                "verbose_name": "resolution",
                "verbose_name_plural": "resolutions",
                "ordering": ["position", "name"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="RouteReason",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        help_text="It never changes.",
                        max_length=40,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9]+(?:[-_][a-z0-9]+)*\\Z",
                                "Use small letters, digits and hyphens.",
                            )
                        ],
                        verbose_name="code",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Turn off instead of deleting: old requests keep the name.",
                        verbose_name="in use",
                    ),
                ),
                (
                    "position",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="Smaller numbers come first.", verbose_name="position"
                    ),
                ),
            ],
            options={
                "verbose_name": "reason to reroute",
                "verbose_name_plural": "reasons to reroute",
                "ordering": ["position", "name"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="UploadedSheet",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("person_id", models.BigIntegerField()),
                ("name", models.CharField(max_length=255)),
                ("records", models.JSONField()),
                ("uploaded_at", models.DateTimeField(default=lib.clock.now)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="AddressRange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("street", models.CharField(max_length=80, verbose_name="street")),
                ("kind", models.CharField(blank=True, max_length=20, verbose_name="kind")),
                ("left_from", models.PositiveIntegerField(default=0, verbose_name="left from")),
                ("left_to", models.PositiveIntegerField(default=0, verbose_name="left to")),
                ("right_from", models.PositiveIntegerField(default=0, verbose_name="right from")),
                ("right_to", models.PositiveIntegerField(default=0, verbose_name="right to")),
                (
                    "line",
                    models.JSONField(
                        help_text="[lat, lng] points, from “from” to “to”.", verbose_name="line"
                    ),
                ),
                (
                    "fingerprint",
                    models.CharField(editable=False, max_length=32, verbose_name="fingerprint"),
                ),
            ],
            options={
                "verbose_name": "address range",
                "verbose_name_plural": "address ranges",
                "ordering": ["street", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("fingerprint",), name="an_address_range_is_kept_only_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Agency",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "slug",
                    models.CharField(
                        help_text="The short name used in the pack and in addresses. It never changes.",
                        max_length=60,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9]+(?:[-_][a-z0-9]+)*\\Z",
                                "Use small letters, digits and hyphens.",
                            )
                        ],
                        verbose_name="slug",
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                (
                    "phone",
                    models.CharField(
                        blank=True, max_length=40, verbose_name="phone, as people say it"
                    ),
                ),
                (
                    "phone_tel",
                    models.CharField(
                        blank=True, max_length=20, verbose_name="phone, as a phone dials it"
                    ),
                ),
                ("url", models.URLField(blank=True, verbose_name="website")),
                ("handles", models.TextField(blank=True, verbose_name="handles")),
                (
                    "geometry",
                    models.JSONField(
                        blank=True,
                        help_text="GeoJSON; where it may be responsible outside the city. Often none.",
                        null=True,
                        verbose_name="area",
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
                    "position",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="Smaller numbers come first.", verbose_name="position"
                    ),
                ),
            ],
            options={
                "verbose_name": "other agency",
                "verbose_name_plural": "other agencies",
                "ordering": ["position", "name"],
                "constraints": [
                    models.UniqueConstraint(fields=("slug",), name="one_agency_per_slug")
                ],
            },
        ),
        migrations.CreateModel(
            name="CategoryGroup",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "slug",
                    models.CharField(
                        help_text="The short name used in the pack and in addresses. It never changes.",
                        max_length=60,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9]+(?:[-_][a-z0-9]+)*\\Z",
                                "Use small letters, digits and hyphens.",
                            )
                        ],
                        verbose_name="slug",
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                (
                    "icon",
                    models.CharField(
                        help_text="An id in the icon sprite.", max_length=30, verbose_name="icon"
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
                    "position",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="Smaller numbers come first.", verbose_name="position"
                    ),
                ),
            ],
            options={
                "verbose_name": "group of categories",
                "verbose_name_plural": "groups of categories",
                "ordering": ["position", "name"],
                "constraints": [
                    models.UniqueConstraint(fields=("slug",), name="one_group_per_slug")
                ],
            },
        ),
        migrations.CreateModel(
            name="City",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "jurisdiction_id",
                    models.CharField(
                        help_text="Open311's name for the city.",
                        max_length=60,
                        verbose_name="jurisdiction id",
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                (
                    "service_name",
                    models.CharField(
                        help_text="Appears beside the logo on every page.",
                        max_length=80,
                        verbose_name="service name",
                    ),
                ),
                (
                    "reference_prefix",
                    models.CharField(
                        help_text="The first letters of a new request's number.",
                        max_length=4,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Z]{1,4}\\Z", "Use one to four capital letters."
                            )
                        ],
                        verbose_name="request number prefix",
                    ),
                ),
                ("state", models.CharField(blank=True, max_length=40, verbose_name="state")),
                (
                    "country",
                    models.CharField(
                        blank=True,
                        default="US",
                        help_text="Two letters. They say how phone numbers without a country code are read, and whether distances are in feet and miles (US) or in meters.",
                        max_length=2,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Z]{2}\\Z", "Use the two capital letters of a country, like US."
                            )
                        ],
                        verbose_name="country",
                    ),
                ),
                (
                    "phone",
                    models.CharField(
                        help_text="For example 3-1-1.",
                        max_length=40,
                        verbose_name="phone, as people say it",
                    ),
                ),
                (
                    "phone_tel",
                    models.CharField(
                        help_text="Digits only, or +1…",
                        max_length=20,
                        verbose_name="phone, as a phone dials it",
                    ),
                ),
                ("email", models.EmailField(max_length=254, verbose_name="email")),
                ("address", models.CharField(blank=True, max_length=200, verbose_name="address")),
                (
                    "office_hours",
                    models.CharField(blank=True, max_length=200, verbose_name="office hours"),
                ),
                (
                    "emergency_phone",
                    models.CharField(default="911", max_length=20, verbose_name="emergency phone"),
                ),
                (
                    "police_phone",
                    models.CharField(blank=True, max_length=20, verbose_name="police phone"),
                ),
                (
                    "police_label",
                    models.CharField(blank=True, max_length=80, verbose_name="police phone's name"),
                ),
                (
                    "ada_contact",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        help_text="How to reach the coordinator: a phone number, an email, a name.",
                        max_length=200,
                        verbose_name="ADA coordinator",
                    ),
                ),
                (
                    "relay_phone",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        help_text="For callers who are deaf, hard of hearing or have a speech disability: 711.",
                        max_length=20,
                        verbose_name="relay service",
                    ),
                ),
                ("website", models.URLField(blank=True, verbose_name="website")),
                ("privacy_url", models.URLField(blank=True, verbose_name="privacy page")),
                (
                    "accessibility_url",
                    models.URLField(blank=True, verbose_name="accessibility page"),
                ),
                (
                    "security_contact",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        help_text="Where to report weaknesses in this site: an email address, or a page that begins with https://. If blank, the email above.",
                        max_length=200,
                        validators=[city.models.city.validate_way_to_report],
                        verbose_name="security contact",
                    ),
                ),
                (
                    "data_license",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        help_text="Its name: “CC0 1.0”. If blank, the open data page says that none is set.",
                        max_length=120,
                        verbose_name="license of the open data",
                    ),
                ),
                (
                    "data_license_url",
                    models.URLField(
                        blank=True,
                        db_default="",
                        default="",
                        help_text="Where people read it. The open data page links to it.",
                        verbose_name="license's address",
                    ),
                ),
                ("time_zone", models.CharField(max_length=60, verbose_name="time zone")),
                (
                    "languages",
                    models.JSONField(
                        default=city.models.city.only_english, verbose_name="languages"
                    ),
                ),
                (
                    "neighbors",
                    models.JSONField(
                        blank=True,
                        db_default=[],
                        default=list,
                        help_text="Names that end an address outside the city: “Main St, Los Angeles”.",
                        verbose_name="neighbor cities",
                    ),
                ),
                (
                    "promise_triage",
                    models.CharField(
                        blank=True,
                        help_text="Completes “An agent reads it, usually …”. Left out where blank.",
                        max_length=80,
                        verbose_name="response time: first review",
                    ),
                ),
                (
                    "logo",
                    models.TextField(
                        blank=True,
                        help_text="A small SVG drawing of plain shapes.",
                        validators=[city.logo.validate_logo],
                        verbose_name="logo",
                    ),
                ),
                (
                    "accent",
                    models.CharField(
                        blank=True,
                        max_length=7,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^#[0-9a-fA-F]{6}\\Z", "Write a color as #rrggbb."
                            )
                        ],
                        verbose_name="accent color",
                    ),
                ),
                (
                    "accent_strong",
                    models.CharField(
                        blank=True,
                        max_length=7,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^#[0-9a-fA-F]{6}\\Z", "Write a color as #rrggbb."
                            )
                        ],
                        verbose_name="accent color, strong",
                    ),
                ),
                (
                    "accent_deep",
                    models.CharField(
                        blank=True,
                        max_length=7,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^#[0-9a-fA-F]{6}\\Z", "Write a color as #rrggbb."
                            )
                        ],
                        verbose_name="accent color, deep",
                    ),
                ),
                (
                    "accent_tint",
                    models.CharField(
                        blank=True,
                        max_length=7,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^#[0-9a-fA-F]{6}\\Z", "Write a color as #rrggbb."
                            )
                        ],
                        verbose_name="accent color, tint",
                    ),
                ),
                (
                    "accent_line",
                    models.CharField(
                        blank=True,
                        max_length=7,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^#[0-9a-fA-F]{6}\\Z", "Write a color as #rrggbb."
                            )
                        ],
                        verbose_name="accent color, line",
                    ),
                ),
                (
                    "sun",
                    models.CharField(
                        blank=True,
                        max_length=7,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^#[0-9a-fA-F]{6}\\Z", "Write a color as #rrggbb."
                            )
                        ],
                        verbose_name="call-to-action color on dark ground",
                    ),
                ),
                (
                    "outline",
                    models.JSONField(
                        help_text="GeoJSON; the service area: the union of the areas.",
                        verbose_name="outline",
                    ),
                ),
                ("center_lat", models.FloatField(verbose_name="map center, latitude")),
                ("center_lng", models.FloatField(verbose_name="map center, longitude")),
                (
                    "drawing",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text="GeoJSON; land, sand and parks around the streets. Without it all is land.",
                        verbose_name="base map",
                    ),
                ),
                (
                    "working_weekdays",
                    models.JSONField(
                        default=city.models.city.working_week,
                        help_text="Monday is 0.",
                        verbose_name="working weekdays",
                    ),
                ),
                (
                    "alternate_weekday",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="weekday worked every other week"
                    ),
                ),
                (
                    "alternate_anchor",
                    models.DateField(blank=True, null=True, verbose_name="a date the city is open"),
                ),
                ("opens_at", models.TimeField(verbose_name="opens at")),
                ("closes_at", models.TimeField(verbose_name="closes at")),
                (
                    "contact_kept_days",
                    models.PositiveSmallIntegerField(
                        default=180,
                        help_text="Counted from the closing of a request. Then name, email, phone, private links and followers are deleted; the request itself stays.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(3650),
                        ],
                        verbose_name="days a reporter's details are kept",
                    ),
                ),
                (
                    "words_kept_days",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Counted from the closing. Then description, answers, comments and photos of requests in private categories are deleted. Blank: together with the reporter's details.",
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(3650),
                        ],
                        verbose_name="days the text of private requests is kept",
                    ),
                ),
                (
                    "history_needed",
                    models.PositiveSmallIntegerField(
                        default=30,
                        help_text="If at least this many requests in a category are finished, new ones are expected by the time 9 out of 10 took. If not, the target is used. 0 means always use the target.",
                        verbose_name="history needed for an expected date",
                    ),
                ),
                ("version", models.CharField(default="", editable=False, max_length=16)),
                ("loaded_at", models.DateTimeField(editable=False, null=True)),
                ("read_only_since", models.DateTimeField(editable=False, null=True)),
                ("read_only_until", models.DateTimeField(editable=False, null=True)),
                (
                    "read_only_words",
                    models.CharField(
                        blank=True, db_default="", default="", editable=False, max_length=300
                    ),
                ),
            ],
            options={
                "verbose_name": "city",
                "verbose_name_plural": "city",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("pk", 1)), name="there_is_only_one_city"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("alternate_anchor", None), ("alternate_weekday", None)),
                            models.Q(
                                ("alternate_anchor__isnull", False),
                                ("alternate_weekday__range", (0, 6)),
                            ),
                            _connector="OR",
                        ),
                        name="an_alternate_weekday_has_an_anchor",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("opens_at__lt", models.F("closes_at"))),
                        name="the_city_opens_before_it_closes",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DangerKind",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        help_text="The same in every language; the log of a request names it. It never changes.",
                        max_length=40,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9]+(?:[-_][a-z0-9]+)*\\Z",
                                "Use small letters, digits and hyphens.",
                            )
                        ],
                        verbose_name="kind",
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        max_length=16,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z]{2,3}(?:-[a-z0-9]{2,8})*\\Z",
                                "Write a language as its code: es, zh-hans.",
                            )
                        ],
                        verbose_name="language",
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        help_text="What staff read: gas leak, fire or smoke.",
                        max_length=60,
                        verbose_name="name",
                    ),
                ),
                (
                    "phrases",
                    models.TextField(
                        help_text="What people write, with commas between. Found with typing mistakes, plurals, missing accents, and up to two other words in between. “gas/power line” is either of the two; “someone” is anyone.",
                        verbose_name="phrases",
                    ),
                ),
                (
                    "exceptions",
                    models.TextField(
                        blank=True,
                        help_text="What looks like one of the phrases and is no danger: fire hydrant, fire lane. A star is the rest of the sentence up to a comma: could catch *.",
                        verbose_name="exceptions",
                    ),
                ),
                (
                    "advice",
                    models.TextField(
                        help_text="What to do, then whom to call. Short sentences.",
                        verbose_name="advice",
                    ),
                ),
                (
                    "second_label",
                    models.CharField(
                        blank=True, max_length=80, verbose_name="second number's name"
                    ),
                ),
                (
                    "second_phone",
                    models.CharField(
                        blank=True, max_length=40, verbose_name="second number, as people say it"
                    ),
                ),
                (
                    "second_phone_tel",
                    models.CharField(
                        blank=True,
                        max_length=20,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^\\+?[0-9]{2,15}\\Z", "Digits only, as a phone dials it, or +1…"
                            )
                        ],
                        verbose_name="second number, as a phone dials it",
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
                    "position",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="Smaller numbers come first.", verbose_name="position"
                    ),
                ),
            ],
            options={
                "verbose_name": "kind of danger",
                "verbose_name_plural": "kinds of danger",
                "ordering": ["position", "kind", "language"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "language"),
                        name="a_kind_of_danger_stands_once_per_language",
                        violation_error_message="This kind of danger has a row in this language.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("second_label", ""), ("second_phone", ""), ("second_phone_tel", "")
                            ),
                            models.Q(
                                ("second_label", ""),
                                ("second_phone", ""),
                                ("second_phone_tel", ""),
                                _connector="OR",
                                _negated=True,
                            ),
                            _connector="OR",
                        ),
                        name="a_second_number_has_a_name_and_can_be_dialed",
                        violation_error_message="A second number needs its name, and the number as people say and dial it.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Department",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "slug",
                    models.CharField(
                        help_text="The short name used in the pack and in addresses. It never changes.",
                        max_length=60,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9]+(?:[-_][a-z0-9]+)*\\Z",
                                "Use small letters, digits and hyphens.",
                            )
                        ],
                        verbose_name="slug",
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        help_text="As residents read it: “With Water Resources”.",
                        max_length=80,
                        verbose_name="name",
                    ),
                ),
                (
                    "division_of",
                    models.CharField(blank=True, max_length=80, verbose_name="division of"),
                ),
                (
                    "email",
                    models.EmailField(
                        blank=True,
                        help_text="Gets a daily digest, and emails about disputed and urgent requests.",
                        max_length=254,
                        verbose_name="email",
                    ),
                ),
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="phone")),
                (
                    "handles",
                    models.TextField(
                        blank=True,
                        help_text="What it does, for the agents who route to it.",
                        verbose_name="handles",
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
                    "takes_new",
                    models.BooleanField(
                        db_default=True,
                        default=True,
                        help_text="If not, nothing new goes here, and what is open is finished.",
                        verbose_name="takes new requests",
                    ),
                ),
                (
                    "position",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="Smaller numbers come first.", verbose_name="position"
                    ),
                ),
            ],
            options={
                "verbose_name": "department",
                "verbose_name_plural": "departments",
                "ordering": ["position", "name"],
                "constraints": [
                    models.UniqueConstraint(fields=("slug",), name="one_department_per_slug")
                ],
            },
        ),
        migrations.CreateModel(
            name="Category",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "service_code",
                    models.CharField(
                        help_text="Open311's name for it. It never changes.",
                        max_length=60,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9]+(?:[-_][a-z0-9]+)*\\Z",
                                "Use small letters, digits and hyphens.",
                            )
                        ],
                        verbose_name="service code",
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        help_text="Short: “Storm drain broken or blocked”.",
                        max_length=80,
                        verbose_name="name",
                    ),
                ),
                (
                    "hint",
                    models.CharField(
                        blank=True,
                        help_text="The line under the name.",
                        max_length=160,
                        verbose_name="hint",
                    ),
                ),
                (
                    "keywords",
                    models.TextField(
                        blank=True,
                        help_text="Comma-separated everyday words and phrases, in every language of the city.",
                        verbose_name="keywords",
                    ),
                ),
                (
                    "icon",
                    models.CharField(
                        help_text="An id in the icon sprite.", max_length=30, verbose_name="icon"
                    ),
                ),
                (
                    "target_days",
                    models.PositiveSmallIntegerField(
                        help_text="Working days until it should be done.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(250),
                        ],
                        verbose_name="target (business days)",
                    ),
                ),
                (
                    "urgent_target_days",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(250),
                        ],
                        verbose_name="target when urgent (business days)",
                    ),
                ),
                (
                    "needs_proof",
                    models.BooleanField(
                        default=True,
                        help_text="Completing asks for a photo, or for the reason why there is none.",
                        verbose_name="needs a photo of the work",
                    ),
                ),
                (
                    "proof_is_fresh",
                    models.BooleanField(
                        default=False,
                        help_text="A photo that's older than a day needs a reason.",
                        verbose_name="the photo is of the day",
                    ),
                ),
                (
                    "proof_within_m",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Meters from the pin. A reason is required if the photo was taken farther away or the location is unknown.",
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(20),
                            django.core.validators.MaxValueValidator(2000),
                        ],
                        verbose_name="proof taken within",
                    ),
                ),
                (
                    "is_private",
                    models.BooleanField(
                        default=False,
                        help_text="Requests are seen by the reporter and staff only.",
                        verbose_name="private",
                    ),
                ),
                (
                    "is_location_sensitive",
                    models.BooleanField(
                        db_default=False,
                        default=False,
                        help_text="The open data files show its requests at the middle of their block. The map and the request's page still show the pin; make the category private to hide it.",
                        verbose_name="sensitive location",
                    ),
                ),
                (
                    "radius_m",
                    models.PositiveSmallIntegerField(
                        default=90,
                        help_text="Meters; “Is it one of these?” looks this far.",
                        validators=[django.core.validators.MaxValueValidator(2000)],
                        verbose_name="radius for similar requests",
                    ),
                ),
                (
                    "crew_note",
                    models.CharField(
                        blank=True,
                        help_text="What to bring.",
                        max_length=160,
                        verbose_name="note for the crew",
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
                    "takes_new",
                    models.BooleanField(
                        db_default=True,
                        default=True,
                        help_text="If not, nothing new goes here, and what is open is finished.",
                        verbose_name="takes new requests",
                    ),
                ),
                (
                    "is_popular",
                    models.BooleanField(
                        default=False,
                        help_text="Shown among the quick choices.",
                        verbose_name="on the first page",
                    ),
                ),
                (
                    "position",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="Smaller numbers come first.", verbose_name="position"
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="categories",
                        to="city.categorygroup",
                        verbose_name="group",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        help_text="Where it goes when no rule matches. If blank, it goes to the desk.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="categories",
                        to="city.department",
                        verbose_name="department",
                    ),
                ),
            ],
            options={
                "verbose_name": "category",
                "verbose_name_plural": "categories",
                "ordering": ["group__position", "position", "name"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("service_code",), name="one_category_per_service_code"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("target_days__range", (1, 250)),
                            models.Q(
                                ("urgent_target_days", None),
                                ("urgent_target_days__range", (1, models.F("target_days"))),
                                _connector="OR",
                            ),
                        ),
                        name="urgent_work_is_promised_no_later",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalCannedText",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        db_index=True,
                        help_text="It never changes.",
                        max_length=60,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9]+(?:[-_][a-z0-9]+)*\\Z",
                                "Use small letters, digits and hyphens.",
                            )
                        ],
                        verbose_name="code",
                    ),
                ),
                (
                    "title",
                    models.CharField(
                        help_text="What staff pick it by; residents never read it.",
                        max_length=60,
                        verbose_name="title",
                    ),
                ),
                (
                    "body",
                    models.TextField(
                        help_text="You can use {reference}, {department}, {day}, {category} and {place}. {day} is the planned day or, if there is none, the due date.",
                        validators=[
                            django.core.validators.MaxLengthValidator(2000),
                            city.models.canned_text.check_placeholders,
                        ],
                        verbose_name="text",
                    ),
                ),
                (
                    "use",
                    models.CharField(
                        choices=[
                            ("reply", "a public reply"),
                            ("question", "a question to the reporter"),
                            ("note", "a crew's note on finished work"),
                        ],
                        max_length=10,
                        verbose_name="use",
                    ),
                ),
                (
                    "statuses",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="Offered only in these statuses. Leave blank to offer it in all.",
                        validators=[city.models.canned_text.check_statuses],
                        verbose_name="statuses",
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
                    "position",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="Smaller numbers come first.", verbose_name="position"
                    ),
                ),
                ("history_user_id", models.BigIntegerField(blank=True, null=True)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
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
                        help_text="Offered for this category only.",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="city.category",
                        verbose_name="category",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        help_text="Offered for every category of this group.",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="city.categorygroup",
                        verbose_name="group",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical canned text",
                "verbose_name_plural": "historical canned texts",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalCategory",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                (
                    "service_code",
                    models.CharField(
                        help_text="Open311's name for it. It never changes.",
                        max_length=60,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9]+(?:[-_][a-z0-9]+)*\\Z",
                                "Use small letters, digits and hyphens.",
                            )
                        ],
                        verbose_name="service code",
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        help_text="Short: “Storm drain broken or blocked”.",
                        max_length=80,
                        verbose_name="name",
                    ),
                ),
                (
                    "hint",
                    models.CharField(
                        blank=True,
                        help_text="The line under the name.",
                        max_length=160,
                        verbose_name="hint",
                    ),
                ),
                (
                    "keywords",
                    models.TextField(
                        blank=True,
                        help_text="Comma-separated everyday words and phrases, in every language of the city.",
                        verbose_name="keywords",
                    ),
                ),
                (
                    "icon",
                    models.CharField(
                        help_text="An id in the icon sprite.", max_length=30, verbose_name="icon"
                    ),
                ),
                (
                    "target_days",
                    models.PositiveSmallIntegerField(
                        help_text="Working days until it should be done.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(250),
                        ],
                        verbose_name="target (business days)",
                    ),
                ),
                (
                    "urgent_target_days",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(250),
                        ],
                        verbose_name="target when urgent (business days)",
                    ),
                ),
                (
                    "needs_proof",
                    models.BooleanField(
                        default=True,
                        help_text="Completing asks for a photo, or for the reason why there is none.",
                        verbose_name="needs a photo of the work",
                    ),
                ),
                (
                    "proof_is_fresh",
                    models.BooleanField(
                        default=False,
                        help_text="A photo that's older than a day needs a reason.",
                        verbose_name="the photo is of the day",
                    ),
                ),
                (
                    "proof_within_m",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Meters from the pin. A reason is required if the photo was taken farther away or the location is unknown.",
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(20),
                            django.core.validators.MaxValueValidator(2000),
                        ],
                        verbose_name="proof taken within",
                    ),
                ),
                (
                    "is_private",
                    models.BooleanField(
                        default=False,
                        help_text="Requests are seen by the reporter and staff only.",
                        verbose_name="private",
                    ),
                ),
                (
                    "is_location_sensitive",
                    models.BooleanField(
                        db_default=False,
                        default=False,
                        help_text="The open data files show its requests at the middle of their block. The map and the request's page still show the pin; make the category private to hide it.",
                        verbose_name="sensitive location",
                    ),
                ),
                (
                    "radius_m",
                    models.PositiveSmallIntegerField(
                        default=90,
                        help_text="Meters; “Is it one of these?” looks this far.",
                        validators=[django.core.validators.MaxValueValidator(2000)],
                        verbose_name="radius for similar requests",
                    ),
                ),
                (
                    "crew_note",
                    models.CharField(
                        blank=True,
                        help_text="What to bring.",
                        max_length=160,
                        verbose_name="note for the crew",
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
                    "takes_new",
                    models.BooleanField(
                        db_default=True,
                        default=True,
                        help_text="If not, nothing new goes here, and what is open is finished.",
                        verbose_name="takes new requests",
                    ),
                ),
                (
                    "is_popular",
                    models.BooleanField(
                        default=False,
                        help_text="Shown among the quick choices.",
                        verbose_name="on the first page",
                    ),
                ),
                (
                    "position",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="Smaller numbers come first.", verbose_name="position"
                    ),
                ),
                ("history_user_id", models.BigIntegerField(blank=True, null=True)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        help_text="Where it goes when no rule matches. If blank, it goes to the desk.",
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
                        verbose_name="group",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical category",
                "verbose_name_plural": "historical categories",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalQuestion",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        max_length=60,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9]+(?:[-_][a-z0-9]+)*\\Z",
                                "Use small letters, digits and hyphens.",
                            )
                        ],
                        verbose_name="code",
                    ),
                ),
                ("label", models.CharField(max_length=160, verbose_name="question")),
                ("hint", models.CharField(blank=True, max_length=200, verbose_name="hint")),
                (
                    "datatype",
                    models.CharField(
                        choices=[
                            ("string", "a line of text"),
                            ("number", "a number"),
                            ("datetime", "a date and time"),
                            ("text", "several lines of text"),
                            ("singlevaluelist", "one of the choices"),
                            ("multivaluelist", "some of the choices"),
                        ],
                        max_length=16,
                        verbose_name="kind of answer",
                    ),
                ),
                ("is_required", models.BooleanField(default=False, verbose_name="required")),
                (
                    "crew_label",
                    models.CharField(
                        blank=True,
                        help_text="“Foot or wheel could fall in”; without one the question itself.",
                        max_length=80,
                        verbose_name="short name for staff",
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
                    "position",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="Smaller numbers come first.", verbose_name="position"
                    ),
                ),
                ("history_user_id", models.BigIntegerField(blank=True, null=True)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
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
            ],
            options={
                "verbose_name": "historical question",
                "verbose_name_plural": "historical questions",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Holiday",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("date", models.DateField(verbose_name="date")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
            ],
            options={
                "verbose_name": "holiday",
                "verbose_name_plural": "holidays",
                "ordering": ["date"],
                "constraints": [
                    models.UniqueConstraint(fields=("date",), name="a_day_is_a_holiday_only_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Intersection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("street_a", models.CharField(max_length=80, verbose_name="one street")),
                ("street_b", models.CharField(max_length=80, verbose_name="other street")),
                ("lat", models.FloatField(verbose_name="latitude")),
                ("lng", models.FloatField(verbose_name="longitude")),
                (
                    "fingerprint",
                    models.CharField(editable=False, max_length=32, verbose_name="fingerprint"),
                ),
            ],
            options={
                "verbose_name": "intersection",
                "verbose_name_plural": "intersections",
                "ordering": ["street_a", "street_b", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("fingerprint",), name="an_intersection_is_kept_only_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("lat__range", (-90, 90)), ("lng__range", (-180, 180))),
                        name="an_intersection_lies_on_earth",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Question",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        max_length=60,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9]+(?:[-_][a-z0-9]+)*\\Z",
                                "Use small letters, digits and hyphens.",
                            )
                        ],
                        verbose_name="code",
                    ),
                ),
                ("label", models.CharField(max_length=160, verbose_name="question")),
                ("hint", models.CharField(blank=True, max_length=200, verbose_name="hint")),
                (
                    "datatype",
                    models.CharField(
                        choices=[
                            ("string", "a line of text"),
                            ("number", "a number"),
                            ("datetime", "a date and time"),
                            ("text", "several lines of text"),
                            ("singlevaluelist", "one of the choices"),
                            ("multivaluelist", "some of the choices"),
                        ],
                        max_length=16,
                        verbose_name="kind of answer",
                    ),
                ),
                ("is_required", models.BooleanField(default=False, verbose_name="required")),
                (
                    "crew_label",
                    models.CharField(
                        blank=True,
                        help_text="“Foot or wheel could fall in”; without one the question itself.",
                        max_length=80,
                        verbose_name="short name for staff",
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
                    "position",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="Smaller numbers come first.", verbose_name="position"
                    ),
                ),
                (
                    "category",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="questions",
                        to="city.category",
                        verbose_name="category",
                    ),
                ),
            ],
            options={
                "verbose_name": "question",
                "verbose_name_plural": "questions",
                "ordering": ["position", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("category", "code"), name="a_category_asks_each_question_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalChoice",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                (
                    "key",
                    models.CharField(
                        max_length=60,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9]+(?:[-_][a-z0-9]+)*\\Z",
                                "Use small letters, digits and hyphens.",
                            )
                        ],
                        verbose_name="key",
                    ),
                ),
                ("label", models.CharField(max_length=120, verbose_name="answer")),
                ("hint", models.CharField(blank=True, max_length=200, verbose_name="hint")),
                (
                    "effect",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "nothing"),
                            ("urgent", "makes the request urgent"),
                            ("stop", "stops the report"),
                        ],
                        max_length=8,
                        verbose_name="effect",
                    ),
                ),
                (
                    "stop_kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "no stop"),
                            ("call_911", "call the emergency number"),
                            ("other_agency", "not the city's: another agency"),
                        ],
                        max_length=16,
                        verbose_name="kind of stop",
                    ),
                ),
                (
                    "stop_text",
                    models.TextField(
                        blank=True,
                        help_text="What the resident should do instead.",
                        verbose_name="message of the stop",
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
                    "position",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="Smaller numbers come first.", verbose_name="position"
                    ),
                ),
                ("history_user_id", models.BigIntegerField(blank=True, null=True)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="city.agency",
                        verbose_name="other agency",
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="city.question",
                        verbose_name="question",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical choice",
                "verbose_name_plural": "historical choices",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Choice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "key",
                    models.CharField(
                        max_length=60,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9]+(?:[-_][a-z0-9]+)*\\Z",
                                "Use small letters, digits and hyphens.",
                            )
                        ],
                        verbose_name="key",
                    ),
                ),
                ("label", models.CharField(max_length=120, verbose_name="answer")),
                ("hint", models.CharField(blank=True, max_length=200, verbose_name="hint")),
                (
                    "effect",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "nothing"),
                            ("urgent", "makes the request urgent"),
                            ("stop", "stops the report"),
                        ],
                        max_length=8,
                        verbose_name="effect",
                    ),
                ),
                (
                    "stop_kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "no stop"),
                            ("call_911", "call the emergency number"),
                            ("other_agency", "not the city's: another agency"),
                        ],
                        max_length=16,
                        verbose_name="kind of stop",
                    ),
                ),
                (
                    "stop_text",
                    models.TextField(
                        blank=True,
                        help_text="What the resident should do instead.",
                        verbose_name="message of the stop",
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
                    "position",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="Smaller numbers come first.", verbose_name="position"
                    ),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="city.agency",
                        verbose_name="other agency",
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="choices",
                        to="city.question",
                        verbose_name="question",
                    ),
                ),
            ],
            options={
                "verbose_name": "choice",
                "verbose_name_plural": "choices",
                "ordering": ["position", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("question", "key"), name="a_question_offers_each_choice_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                models.Q(("effect", "stop"), _negated=True),
                                ("agency", None),
                                ("stop_kind", ""),
                            ),
                            models.Q(
                                ("effect", "stop"),
                                models.Q(("stop_kind", ""), _negated=True),
                                models.Q(("stop_text", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="a_stop_says_what_to_do",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("agency__isnull", False), ("stop_kind", "other_agency")),
                            models.Q(("stop_kind", "other_agency"), _negated=True),
                            _connector="OR",
                        ),
                        name="a_stop_for_another_agency_names_it",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Street",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                (
                    "kind",
                    models.CharField(
                        choices=[("main", "main street"), ("street", "street")],
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                (
                    "lines",
                    models.JSONField(
                        help_text="A list of lines of [lat, lng] points.", verbose_name="lines"
                    ),
                ),
            ],
            options={
                "verbose_name": "street",
                "verbose_name_plural": "streets",
                "ordering": ["name", "kind"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("name", "kind"), name="a_street_is_drawn_once_per_kind"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Translation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        max_length=16,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z]{2,3}(?:-[a-z0-9]{2,8})*\\Z",
                                "Write a language as its code: es, zh-hans.",
                            )
                        ],
                        verbose_name="language",
                    ),
                ),
                (
                    "source",
                    models.TextField(
                        help_text="Exactly as the pack or the admin has them.",
                        verbose_name="original text",
                    ),
                ),
                ("words", models.TextField(verbose_name="translation")),
            ],
            options={
                "verbose_name": "translation",
                "verbose_name_plural": "translations",
                "ordering": ["language", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("language"),
                        django.db.models.functions.text.MD5("source"),
                        name="words_are_translated_once_per_language",
                        violation_error_message="This text already has a translation.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Zone",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "slug",
                    models.CharField(
                        help_text="The short name used in the pack and in addresses. It never changes.",
                        max_length=60,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9]+(?:[-_][a-z0-9]+)*\\Z",
                                "Use small letters, digits and hyphens.",
                            )
                        ],
                        verbose_name="slug",
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                (
                    "geometry",
                    models.JSONField(
                        help_text="GeoJSON Polygon or MultiPolygon, longitude first.",
                        verbose_name="geometry",
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
                    "position",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="Smaller numbers come first.", verbose_name="position"
                    ),
                ),
            ],
            options={
                "verbose_name": "area",
                "verbose_name_plural": "areas",
                "ordering": ["position", "name"],
                "constraints": [
                    models.UniqueConstraint(fields=("slug",), name="one_zone_per_slug")
                ],
            },
        ),
        migrations.CreateModel(
            name="Place",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("landmark", "landmark"),
                            ("street", "street"),
                            ("intersection", "intersection"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("lat", models.FloatField(verbose_name="latitude")),
                ("lng", models.FloatField(verbose_name="longitude")),
                (
                    "aliases",
                    models.CharField(
                        blank=True,
                        help_text="Comma-separated; searched like the name.",
                        max_length=300,
                        verbose_name="other names",
                    ),
                ),
                (
                    "zone",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to="city.zone",
                        verbose_name="area",
                    ),
                ),
            ],
            options={
                "verbose_name": "named location",
                "verbose_name_plural": "named locations",
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(fields=("name",), name="one_place_per_name"),
                    models.CheckConstraint(
                        condition=models.Q(("lat__range", (-90, 90)), ("lng__range", (-180, 180))),
                        name="a_place_lies_on_earth",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CannedText",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        help_text="It never changes.",
                        max_length=60,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9]+(?:[-_][a-z0-9]+)*\\Z",
                                "Use small letters, digits and hyphens.",
                            )
                        ],
                        verbose_name="code",
                    ),
                ),
                (
                    "title",
                    models.CharField(
                        help_text="What staff pick it by; residents never read it.",
                        max_length=60,
                        verbose_name="title",
                    ),
                ),
                (
                    "body",
                    models.TextField(
                        help_text="You can use {reference}, {department}, {day}, {category} and {place}. {day} is the planned day or, if there is none, the due date.",
                        validators=[
                            django.core.validators.MaxLengthValidator(2000),
                            city.models.canned_text.check_placeholders,
                        ],
                        verbose_name="text",
                    ),
                ),
                (
                    "use",
                    models.CharField(
                        choices=[
                            ("reply", "a public reply"),
                            ("question", "a question to the reporter"),
                            ("note", "a crew's note on finished work"),
                        ],
                        max_length=10,
                        verbose_name="use",
                    ),
                ),
                (
                    "statuses",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="Offered only in these statuses. Leave blank to offer it in all.",
                        validators=[city.models.canned_text.check_statuses],
                        verbose_name="statuses",
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
                    "position",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="Smaller numbers come first.", verbose_name="position"
                    ),
                ),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        help_text="Offered for this category only.",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="canned_texts",
                        to="city.category",
                        verbose_name="category",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        blank=True,
                        help_text="Offered for every category of this group.",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="canned_texts",
                        to="city.categorygroup",
                        verbose_name="group",
                    ),
                ),
            ],
            options={
                "verbose_name": "canned text",
                "verbose_name_plural": "canned texts",
                "ordering": ["position", "title"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("category", None), ("group", None), _connector="OR"),
                        name="a_canned_text_names_a_category_or_a_group",
                        violation_error_message="Choose a category or a group, not both.",
                    )
                ],
            },
        ),
    ]
