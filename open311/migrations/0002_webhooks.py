import django.contrib.postgres.fields
import django.db.models.deletion
import lib.clock
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("city", "0001_initial"),
        ("open311", "0001_initial"),
        ("requests_app", "0015_keys_of_other_systems"),
    ]

    operations = [
        migrations.CreateModel(
            name="Webhook",
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
                        help_text="Whose system it is.", max_length=80, verbose_name="name"
                    ),
                ),
                (
                    "url",
                    models.CharField(
                        help_text="Starts with https://. A public server, on port 443.",
                        max_length=500,
                        verbose_name="address",
                    ),
                ),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("filed", "Filed"),
                                ("routed", "Routed to a department"),
                                ("handed_back", "Handed back to the desk"),
                                ("scheduled", "Planned"),
                                ("started", "Work started"),
                                ("on_hold", "Put on hold"),
                                ("asked", "Question sent to the reporter"),
                                ("answered", "Question answered"),
                                ("completed", "Work finished"),
                                ("confirmed", "Confirmed as fixed"),
                                ("disputed", "Disputed"),
                                ("closed", "Closed"),
                                ("reopened", "Reopened"),
                                ("commented", "Public comment"),
                                ("updated", "Category, location or text changed"),
                                ("removed", "No longer public"),
                            ],
                            max_length=20,
                        ),
                        blank=True,
                        default=list,
                        help_text="Select none to send all of them.",
                        verbose_name="events",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="While it's off, events aren't sent to it, nor later.",
                        verbose_name="turned on",
                    ),
                ),
                (
                    "off_because",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("failed", "Off: no delivery arrived for a day"),
                            ("by_hand", "Off: an administrator turned it off"),
                        ],
                        editable=False,
                        max_length=10,
                        verbose_name="turned off because",
                    ),
                ),
                ("locked_secret", models.TextField(editable=False, verbose_name="secret")),
                (
                    "created_at",
                    models.DateTimeField(
                        default=lib.clock.now, editable=False, verbose_name="created"
                    ),
                ),
                (
                    "answered_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="last arrival"),
                ),
                (
                    "failures",
                    models.PositiveIntegerField(
                        default=0, editable=False, verbose_name="failed tries in a row"
                    ),
                ),
                (
                    "failing_since",
                    models.DateTimeField(editable=False, null=True, verbose_name="failing since"),
                ),
                (
                    "paused_until",
                    models.DateTimeField(editable=False, null=True, verbose_name="paused until"),
                ),
                ("busy_until", models.DateTimeField(editable=False, null=True)),
                (
                    "categories",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Select none to send requests of all categories.",
                        related_name="+",
                        to="city.category",
                        verbose_name="categories",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("is_active", True), ("off_because", "")),
                            models.Q(
                                ("is_active", False), models.Q(("off_because", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="a_webhook_that_is_off_says_why",
                    )
                ],
                "verbose_name": "webhook",
                "verbose_name_plural": "webhooks",
                "ordering": ["name", "pk"],
            },
        ),
        migrations.CreateModel(
            name="WebhookDelivery",
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
                        choices=[
                            ("filed", "Filed"),
                            ("routed", "Routed to a department"),
                            ("handed_back", "Handed back to the desk"),
                            ("scheduled", "Planned"),
                            ("started", "Work started"),
                            ("on_hold", "Put on hold"),
                            ("asked", "Question sent to the reporter"),
                            ("answered", "Question answered"),
                            ("completed", "Work finished"),
                            ("confirmed", "Confirmed as fixed"),
                            ("disputed", "Disputed"),
                            ("closed", "Closed"),
                            ("reopened", "Reopened"),
                            ("commented", "Public comment"),
                            ("updated", "Category, location or text changed"),
                            ("removed", "No longer public"),
                            ("test", "Test"),
                        ],
                        max_length=20,
                        verbose_name="event",
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, verbose_name="delivery id")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("due", "To be sent"),
                            ("sent", "Sent"),
                            ("failed", "Failed"),
                            ("dropped", "Not sent: undone or no longer public"),
                        ],
                        default="due",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=lib.clock.now, verbose_name="created"),
                ),
                (
                    "due_at",
                    models.DateTimeField(default=lib.clock.now, verbose_name="next try"),
                ),
                ("give_up_at", models.DateTimeField(verbose_name="given up after")),
                ("sent_at", models.DateTimeField(null=True, verbose_name="sent")),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="tries")),
                (
                    "answered",
                    models.PositiveSmallIntegerField(null=True, verbose_name="last status"),
                ),
                ("error", models.CharField(blank=True, max_length=20, verbose_name="last error")),
                (
                    "event",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="webhook_deliveries",
                        to="requests_app.event",
                        verbose_name="event",
                    ),
                ),
                (
                    "service_request",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="requests_app.servicerequest",
                        verbose_name="service request",
                    ),
                ),
                (
                    "webhook",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="open311.webhook",
                        verbose_name="webhook",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "due")),
                        fields=["webhook", "due_at"],
                        name="webhook_deliveries_due",
                    ),
                    models.Index(
                        condition=models.Q(("state", "due")),
                        fields=["webhook", "service_request", "event"],
                        name="webhook_deliveries_in_order",
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["due", "failed", "dropped"])),
                        fields=["state", "created_at"],
                        name="webhook_deliveries_not_sent",
                    ),
                    models.Index(fields=["created_at"], name="webhook_deliveries_by_time"),
                    models.Index(
                        fields=["webhook", "created_at"], name="webhook_deliveries_of_one"
                    ),
                    models.Index(fields=["kind", "created_at"], name="webhook_deliveries_by_kind"),
                    models.Index(fields=["service_request"], name="webhook_deliveries_about_one"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("webhook", "event"), name="one_delivery_per_webhook_and_event"
                    )
                ],
                "verbose_name": "webhook delivery",
                "verbose_name_plural": "webhook deliveries",
            },
        ),
    ]
