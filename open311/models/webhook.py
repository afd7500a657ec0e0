"""Webhooks, and the deliveries of events to them."""

import secrets
import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from city.models import Category
from city.models.shared import DeactivatableQuerySet
from lib import clock
from lib.encryption import decrypt, encrypt
from requests_app.models.columns import created_field, event_foreign_key, request_foreign_key

_PURPOSE = "webhooks"


class EventKind(models.TextChoices):
    """The kinds of events for webhooks. The values are part of the API and never change."""

    FILED = "filed", _("Filed")
    ROUTED = "routed", _("Routed to a department")
    HANDED_BACK = "handed_back", _("Handed back to the desk")
    SCHEDULED = "scheduled", _("Planned")
    STARTED = "started", _("Work started")
    ON_HOLD = "on_hold", _("Put on hold")
    ASKED = "asked", _("Question sent to the reporter")
    ANSWERED = "answered", _("Question answered")
    COMPLETED = "completed", _("Work finished")
    CONFIRMED = "confirmed", _("Confirmed as fixed")
    DISPUTED = "disputed", _("Disputed")
    CLOSED = "closed", _("Closed")
    REOPENED = "reopened", _("Reopened")
    COMMENTED = "commented", _("Public comment")
    UPDATED = "updated", _("Category, location or text changed")
    REMOVED = "removed", _("No longer public")


class Webhook(models.Model):
    """A system that receives events by signed POST requests.

    Empty `kinds` or `categories` mean all. `failures` counts consecutive failed attempts since
    `failing_since`; nothing is sent before `paused_until`. `busy_until` is the end of a worker's
    claim. The secret is stored encrypted (`lib.encryption`).
    """

    class OffBecause(models.TextChoices):
        FAILED = "failed", _("Off: no delivery arrived for a day")
        BY_HAND = "by_hand", _("Off: an administrator turned it off")

    name = models.CharField(_("name"), max_length=80, help_text=_("Whose system it is."))
    url = models.CharField(
        _("address"),
        max_length=500,
        help_text=_("Starts with https://. A public server, on port 443."),
    )
    kinds = ArrayField(
        models.CharField(max_length=20, choices=EventKind),
        default=list,
        blank=True,
        verbose_name=_("events"),
        help_text=_("Select none to send all of them."),
    )
    categories = models.ManyToManyField(
        Category,
        blank=True,
        related_name="+",
        verbose_name=_("categories"),
        help_text=_("Select none to send requests of all categories."),
    )
    is_active = models.BooleanField(
        _("turned on"),
        default=True,
        help_text=_("While it's off, events aren't sent to it, nor later."),
    )
    off_because = models.CharField(
        _("turned off because"), max_length=10, choices=OffBecause, blank=True, editable=False
    )
    locked_secret = models.TextField(_("secret"), editable=False)
    created_at = created_field(editable=False)
    answered_at = models.DateTimeField(_("last arrival"), null=True, editable=False)
    failures = models.PositiveIntegerField(_("failed tries in a row"), default=0, editable=False)
    failing_since = models.DateTimeField(_("failing since"), null=True, editable=False)
    paused_until = models.DateTimeField(_("paused until"), null=True, editable=False)
    busy_until = models.DateTimeField(null=True, editable=False)

    objects = DeactivatableQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_active=True, off_because="")
                | Q(is_active=False) & ~Q(off_because=""),
                name="a_webhook_that_is_off_says_why",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def secret(self) -> str:
        """Return the secret that signs deliveries.

        Raise cryptography's InvalidToken if the LINK_SECRET that encrypted it is unknown.
        """
        return decrypt(_PURPOSE, self.locked_secret)

    def make_secret(self) -> str:
        """Set and return a new secret, without saving it. The old one becomes invalid."""
        secret = secrets.token_urlsafe(32)
        self.set_secret(secret)
        return secret

    def set_secret(self, secret: str) -> None:
        """Set the secret, encrypted, without saving it."""
        self.locked_secret = encrypt(_PURPOSE, secret)


class WebhookDelivery(models.Model):
    """A delivery of one event to one webhook.

    `key` is the same in each attempt, so that the receiver can recognize a repetition. `due_at` is
    the time of the next attempt; after `give_up_at` a failed attempt is the last. A test has no
    event.
    """

    class State(models.TextChoices):
        DUE = "due", _("To be sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        DROPPED = "dropped", _("Not sent: undone or no longer public")

    class Kind(models.TextChoices):
        """The kind of a test, besides those of EventKind."""

        TEST = "test", _("Test")

    webhook = models.ForeignKey(
        Webhook, models.CASCADE, related_name="deliveries", verbose_name=_("webhook")
    )
    event = event_foreign_key("webhook_deliveries", models.PROTECT, null=True)
    service_request = request_foreign_key("+", models.PROTECT, null=True, db_index=False)
    kind = models.CharField(_("event"), max_length=20, choices=[*EventKind.choices, *Kind.choices])
    key = models.UUIDField(_("delivery id"), default=uuid.uuid4)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DUE)
    created_at = created_field()
    due_at = models.DateTimeField(_("next try"), default=clock.now)
    give_up_at = models.DateTimeField(_("given up after"))
    sent_at = models.DateTimeField(_("sent"), null=True)
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    answered = models.PositiveSmallIntegerField(_("last status"), null=True)
    error = models.CharField(_("last error"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        indexes = [
            models.Index(
                fields=["webhook", "due_at"],
                condition=Q(state="due"),
                name="webhook_deliveries_due",
            ),
            models.Index(
                fields=["webhook", "service_request", "event"],
                condition=Q(state="due"),
                name="webhook_deliveries_in_order",
            ),
            models.Index(
                fields=["state", "created_at"],
                condition=Q(state__in=["due", "failed", "dropped"]),
                name="webhook_deliveries_not_sent",
            ),
            models.Index(fields=["created_at"], name="webhook_deliveries_by_time"),
            models.Index(fields=["webhook", "created_at"], name="webhook_deliveries_of_one"),
            models.Index(fields=["kind", "created_at"], name="webhook_deliveries_by_kind"),
            models.Index(fields=["service_request"], name="webhook_deliveries_about_one"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["webhook", "event"], name="one_delivery_per_webhook_and_event"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.webhook}"
