"""The tables of notifications."""

import django.db.models.deletion
import lib.clock
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("requests_app", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("about", models.JSONField(null=True, verbose_name="about")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("receipt", "Receipt"),
                            ("routed", "With a department"),
                            ("planned", "Planned"),
                            ("question", "Question to the reporter"),
                            ("reply", "Reply"),
                            ("done", "Done, please check"),
                            ("closed", "Closed"),
                            ("again", "Not fixed"),
                            ("reopened", "Reopened"),
                            ("hidden", "Hidden or blacked out"),
                            ("new", "New for a department"),
                            ("handed_back", "Handed back"),
                            ("disputed", "Disputed"),
                            ("soon", "Due soon"),
                            ("late", "Late"),
                            ("twice_late", "Very late"),
                            ("links", "Private links"),
                            ("following", "Confirm to follow"),
                            ("your_data", "Your data"),
                            ("invitation", "Invitation"),
                            ("webhook_off", "A webhook was turned off"),
                            ("password_reset", "New password"),
                            ("sign_in_code", "Sign-in code"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("recipient", models.CharField(max_length=254, verbose_name="recipient")),
                (
                    "channel",
                    models.CharField(
                        choices=[("email", "Email")],
                        default="email",
                        max_length=10,
                        verbose_name="channel",
                    ),
                ),
                ("language", models.CharField(max_length=10, verbose_name="language")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("due", "To be sent"),
                            ("sent", "Sent"),
                            ("bounced", "Bounced"),
                            ("failed", "Failed after a day of tries"),
                            ("dropped", "Not sent: no longer needed"),
                        ],
                        default="due",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("created_at", models.DateTimeField(default=lib.clock.now, verbose_name="created")),
                ("due_at", models.DateTimeField(default=lib.clock.now, verbose_name="due")),
                ("sent_at", models.DateTimeField(null=True, verbose_name="sent")),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                (
                    "answer",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="answer of the email server"
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="requests_app.device",
                        verbose_name="asked for by",
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="requests_app.event",
                        verbose_name="event",
                    ),
                ),
                (
                    "follower_link",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="delivery",
                        to="requests_app.followerlink",
                        verbose_name="follower's link",
                    ),
                ),
                (
                    "link",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="delivery",
                        to="requests_app.accesslink",
                        verbose_name="link",
                    ),
                ),
            ],
            options={
                "verbose_name": "message",
                "verbose_name_plural": "messages",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "due")),
                        fields=["due_at"],
                        name="messages_still_to_send",
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["due", "bounced", "failed"])),
                        fields=["state", "due_at"],
                        name="messages_that_did_not_arrive",
                    ),
                    models.Index(
                        condition=models.Q(("event", None)),
                        fields=["recipient", "created_at"],
                        name="letters_by_address",
                    ),
                    models.Index(
                        condition=models.Q(("kind", "receipt")),
                        fields=["recipient", "created_at"],
                        name="receipts_by_address",
                    ),
                    models.Index(fields=["created_at"], name="messages_by_time"),
                    models.Index(fields=["recipient"], name="messages_by_address"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("event", "recipient", "channel"),
                        name="one_message_per_event_and_recipient",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("about__isnull", True), ("event__isnull", False)),
                            models.Q(("about__isnull", False), ("event__isnull", True)),
                            _connector="OR",
                        ),
                        name="a_message_tells_of_an_event_or_is_a_letter",
                    ),
                ],
            },
        ),
    ]
