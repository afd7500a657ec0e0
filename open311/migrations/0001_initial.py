"""The tables of open311."""

import django.contrib.postgres.fields
import django.db.models.deletion
import lib.clock
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("city", "0001_initial"),
        ("requests_app", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="OpenDataEdition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "began_at",
                    models.DateTimeField(
                        db_index=True, default=lib.clock.now, verbose_name="began"
                    ),
                ),
                ("finished_at", models.DateTimeField(null=True, verbose_name="finished")),
                ("rows", models.PositiveIntegerField(default=0, verbose_name="requests")),
                (
                    "problem",
                    models.CharField(
                        blank=True, default="", max_length=100, verbose_name="problem"
                    ),
                ),
            ],
            options={
                "verbose_name": "edition of the open data",
                "verbose_name_plural": "editions of the open data",
            },
        ),
        migrations.CreateModel(
            name="RemotePhoto",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("url", models.CharField(max_length=2000, verbose_name="address")),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                (
                    "due_at",
                    models.DateTimeField(db_index=True, default=lib.clock.now, verbose_name="due"),
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
                "verbose_name": "photo to be fetched",
                "verbose_name_plural": "photos to be fetched",
            },
        ),
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
                "verbose_name": "webhook",
                "verbose_name_plural": "webhooks",
                "ordering": ["name", "pk"],
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
                ("created_at", models.DateTimeField(default=lib.clock.now, verbose_name="created")),
                ("due_at", models.DateTimeField(default=lib.clock.now, verbose_name="next try")),
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
                "verbose_name": "webhook delivery",
                "verbose_name_plural": "webhook deliveries",
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
            },
        ),
        migrations.CreateModel(
            name="OpenDataFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("format", models.CharField(max_length=10, verbose_name="format")),
                ("bytes", models.PositiveBigIntegerField(verbose_name="bytes")),
                ("packed_bytes", models.PositiveBigIntegerField(verbose_name="bytes, compressed")),
                ("digest", models.CharField(max_length=64, verbose_name="digest")),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="open311.opendataedition",
                    ),
                ),
            ],
            options={
                "verbose_name": "open data file",
                "verbose_name_plural": "open data files",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("edition", "format"), name="an_edition_has_one_file_of_each_format"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ReceivedUpdate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("update_id", models.CharField(max_length=255, verbose_name="id of the sender")),
                ("created_at", models.DateTimeField(default=lib.clock.now, verbose_name="created")),
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="received_update",
                        to="requests_app.event",
                        verbose_name="event",
                    ),
                ),
                (
                    "key",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="requests_app.apikey",
                        verbose_name="API key",
                    ),
                ),
                (
                    "service_request",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="requests_app.servicerequest",
                        verbose_name="service request",
                    ),
                ),
            ],
            options={
                "verbose_name": "received update",
                "verbose_name_plural": "received updates",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("service_request", "key", "update_id"),
                        name="an_update_is_taken_once",
                    )
                ],
            },
        ),
    ]
