"""The tables of accounts, and what Django cannot express (sql/)."""

from pathlib import Path

import django.contrib.auth.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
import lib.clock
import lib.email_addresses
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("city", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "last_login",
                    models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                ),
                (
                    "username",
                    models.CharField(
                        error_messages={"unique": "A user with that username already exists."},
                        help_text="Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.",
                        max_length=150,
                        unique=True,
                        validators=[django.contrib.auth.validators.UnicodeUsernameValidator()],
                        verbose_name="username",
                    ),
                ),
                (
                    "first_name",
                    models.CharField(blank=True, max_length=150, verbose_name="first name"),
                ),
                (
                    "last_name",
                    models.CharField(blank=True, max_length=150, verbose_name="last name"),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                        verbose_name="active",
                    ),
                ),
                (
                    "date_joined",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="date joined"
                    ),
                ),
                ("email_normalized", lib.email_addresses.NormalizedEmailField(source="email")),
                (
                    "email",
                    models.EmailField(
                        help_text="Where sign-in codes and password resets are sent.",
                        max_length=254,
                        validators=[lib.email_addresses.validate_mailbox],
                        verbose_name="email address",
                    ),
                ),
                (
                    "is_agent",
                    models.BooleanField(
                        default=False,
                        help_text="May triage at the desk: route, decline, ask, hide, and speak for a caller.",
                        verbose_name="311 agent",
                    ),
                ),
                (
                    "is_lead",
                    models.BooleanField(
                        default=False,
                        help_text="Sees the citywide overview and gets emails about very late requests.",
                        verbose_name="lead of the desk",
                    ),
                ),
                (
                    "is_staff",
                    models.BooleanField(
                        default=False,
                        help_text="Opens the administration.",
                        verbose_name="can open the administration",
                    ),
                ),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="May change everything there, and sees the whole city's figures.",
                        verbose_name="administrator",
                    ),
                ),
                (
                    "must_change_password",
                    models.BooleanField(db_default=False, default=False, editable=False),
                ),
                (
                    "session_epoch",
                    models.PositiveIntegerField(db_default=0, default=0, editable=False),
                ),
                (
                    "sessions_ended_because",
                    models.CharField(
                        blank=True, db_default="", default="", editable=False, max_length=10
                    ),
                ),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "verbose_name": "user",
                "verbose_name_plural": "users",
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("email_normalized", ""), _negated=True),
                        fields=("email_normalized",),
                        name="one_account_per_normalized_email",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(default=1, verbose_name="emails")),
                ("sent_at", models.DateTimeField(default=lib.clock.now, verbose_name="last email")),
                ("accepted_at", models.DateTimeField(null=True, verbose_name="accepted")),
                ("withdrawn_at", models.DateTimeField(null=True, verbose_name="canceled")),
                (
                    "invited_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="invited by",
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitation",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "invitation",
                "verbose_name_plural": "invitations",
                "ordering": ["-sent_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[("member", "Crew member"), ("supervisor", "Supervisor")],
                        default="member",
                        help_text="A supervisor can do what a crew member can, assign jobs and close disputes.",
                        max_length=20,
                        verbose_name="role",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to="city.department",
                        verbose_name="department",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "membership",
                "verbose_name_plural": "memberships",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "department"), name="one_role_per_person_and_department"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SecurityRecord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="when"
                    ),
                ),
                ("kind", models.CharField(max_length=30, verbose_name="what happened")),
                ("actor", models.CharField(max_length=40, verbose_name="who")),
                ("target", models.CharField(blank=True, max_length=120, verbose_name="to what")),
                ("result", models.CharField(max_length=60, verbose_name="result")),
                ("source", models.CharField(blank=True, max_length=40, verbose_name="from where")),
                (
                    "request_id",
                    models.CharField(blank=True, max_length=32, verbose_name="request number"),
                ),
            ],
            options={
                "verbose_name": "security record",
                "verbose_name_plural": "Who changed what",
                "ordering": ["-at", "-pk"],
                "indexes": [
                    models.Index(fields=["-at", "-id"], name="security_by_time"),
                    models.Index(fields=["kind", "-at", "-id"], name="security_by_kind"),
                    models.Index(fields=["actor", "-at", "-id"], name="security_by_actor"),
                    models.Index(
                        condition=models.Q(("target", ""), _negated=True),
                        fields=["target", "-at", "-id"],
                        name="security_by_target",
                    ),
                ],
            },
        ),
        migrations.RunSQL((SQL / "security_log.sql").read_text(encoding="utf-8")),
        migrations.RunSQL((SQL / "sessions_end_with_roles.sql").read_text(encoding="utf-8")),
    ]
